import { boolean, oneOf, text } from './schema/kind.js';
import { option, type ResolvedFields } from './schema/node.js';

/**
 * Prints to the standard output: each finished trace as a tree, or each span as a line of JSON.
 *
 * @publicApi
 */
export interface ConsoleExporterOptions {
  readonly type: 'console';
  /** Environment: `OTEL_EXPORTER_CONSOLE_FORMAT`. @default 'tree' */
  readonly format?: 'tree' | 'json' | undefined;
  /** @default true on a terminal, unless NO_COLOR is set */
  readonly colors?: boolean | undefined;
}

export const consoleSchema = {
  name: option(text, { fallback: 'console' }),
  format: option(oneOf('tree', 'json'), { env: 'OTEL_EXPORTER_CONSOLE_FORMAT', fallback: 'tree' }),
  colors: option<boolean | undefined>(boolean, { fallback: undefined }),
};

export interface ResolvedConsoleExporter extends ResolvedFields<typeof consoleSchema> {
  readonly type: 'console';
}
