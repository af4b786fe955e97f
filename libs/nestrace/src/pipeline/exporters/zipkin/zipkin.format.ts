import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { SpanFormat } from '../transport.exporter.js';
import { toZipkinSpan } from './to-zipkin-span.js';

/** Zipkin v2 JSON: https://zipkin.io/zipkin-api/ */
export const zipkinFormat: SpanFormat = {
  encode: (spans: ReadableSpan[]) => Buffer.from(JSON.stringify(spans.map(toZipkinSpan))),
};
