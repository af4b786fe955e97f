import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadOptions } from '../../../libs/nestrace/src/config/load-options.js';
import type { ResolvedOtelOptions } from '../../../libs/nestrace/src/config/resolve-options.js';
import type { Environment } from '../../../libs/nestrace/src/config/schema/node.js';
import { OtelConfigError } from '../../../libs/nestrace/src/core/errors/otel-config.error.js';

/** The directory of the files of one suite. */
export class ConfigFiles {
  private readonly directory = mkdtempSync(join(tmpdir(), 'nestrace-config-'));

  /** A file with this content, by its path. */
  write(content: string | Uint8Array, name = 'otel.yaml'): string {
    const path = join(this.directory, name);
    writeFileSync(path, content);
    return path;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The options an application has with this file, and these others. */
  async load(
    content: string,
    input: object = {},
    env: Environment = {},
  ): Promise<ResolvedOtelOptions> {
    return loadOptions({ ...input, configFile: this.write(content) }, env);
  }

  /** The error a file causes, with the name of the file cut short. */
  async refusal(
    content: string,
    input: object = {},
    env: Environment = {},
  ): Promise<OtelConfigError> {
    try {
      await this.load(content, input, env);
    } catch (error) {
      if (error instanceof OtelConfigError) return error;
      throw error;
    }
    throw new Error('The file was accepted.');
  }

  /** The lines of a message, with the name of the file cut short. */
  shortened(message: string): readonly string[] {
    return message.replaceAll(`${this.directory}/`, '').split('\n');
  }
}
