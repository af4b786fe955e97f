import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What `.ci/jaeger` and `.ci/zipkin` have put outside the repository, if they have. */
export function inBackendCache(name: string): string | undefined {
  const file = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'nestrace', name);
  try {
    accessSync(file, constants.R_OK);
    return file;
  } catch {
    return undefined;
  }
}
