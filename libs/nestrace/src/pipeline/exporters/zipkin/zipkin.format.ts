import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { RequestBody, SpanFormat } from '../span-format.js';
import { toZipkinSpan } from './to-zipkin-span.js';

/** Zipkin v2 JSON, a list of spans: https://zipkin.io/zipkin-api/ */
export const zipkinFormat: SpanFormat = {
  encode(spans: ReadableSpan[]): Uint8Array {
    const body = startBody();
    for (const span of spans) body.add(span);
    return body.finish();
  },

  startBody,

  split(body: Uint8Array, first: number): [Uint8Array, Uint8Array] {
    const spans = JSON.parse(Buffer.from(body).toString()) as unknown[];
    return [listOf(spans.slice(0, first)), listOf(spans.slice(first))];
  },
};

/** A span is text as soon as it is in the batch, so that a whole batch is not written at once. */
function startBody(): RequestBody {
  const spans: string[] = [];
  return {
    add: (span) => {
      spans.push(JSON.stringify(toZipkinSpan(span)));
    },
    finish: () => Buffer.from(`[${spans.join(',')}]`),
  };
}

function listOf(spans: readonly unknown[]): Uint8Array {
  return Buffer.from(JSON.stringify(spans));
}
