import { headers, integer, text, url } from './schema/kind.js';
import { option, type ResolvedFields } from './schema/node.js';

/**
 * Zipkin's own format (v2 JSON). Environment: `OTEL_EXPORTER_ZIPKIN_ENDPOINT`,
 * `OTEL_EXPORTER_ZIPKIN_TIMEOUT`.
 *
 * @publicApi
 */
export interface ZipkinExporterOptions {
  readonly type: 'zipkin';
  /** How it is called in logs. @default 'zipkin' */
  readonly name?: string | undefined;
  /** @default 'http://localhost:9411/api/v2/spans' */
  readonly endpoint?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds for one export, retries included. @default 10000 */
  readonly timeoutMs?: number | undefined;
}

export const zipkinSchema = {
  name: option(text, { fallback: 'zipkin' }),
  endpoint: option(url('http:', 'https:'), {
    env: 'OTEL_EXPORTER_ZIPKIN_ENDPOINT',
    fallback: 'http://localhost:9411/api/v2/spans',
  }),
  headers: option(headers, { fallback: {} }),
  timeoutMs: option(integer(1, 3_600_000), {
    env: 'OTEL_EXPORTER_ZIPKIN_TIMEOUT',
    fallback: 10_000,
  }),
};

export interface ResolvedZipkinExporter extends ResolvedFields<typeof zipkinSchema> {
  readonly type: 'zipkin';
}
