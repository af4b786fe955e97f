import type { ConfigProblem } from '../../core/errors/otel-config.error.js';
import type { FileValue } from '../schema/file-value.js';

/** What was read from the configuration file, its options by their names in a file. */
export interface ConfigFile {
  /** Undefined where nothing could be read, or nothing is in it. */
  readonly options: FileValue | undefined;
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly string[];
}
