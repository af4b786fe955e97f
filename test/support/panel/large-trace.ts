import { otlpDocument, type DocumentSpan } from './otlp-document.js';

export const LARGE_TRACE_ID = 'cafe'.repeat(8);

const id = (at: number): string => (at + 1).toString(16).padStart(16, '0');

/**
 * A trace of a job with so many spans: batches below the root, steps below each batch, queries below
 * each step, so that there is something to collapse at every level.
 */
export function largeTrace(count: number): string {
  const spans: DocumentSpan[] = [{ spanId: id(0), name: 'import', startMs: 0, durationMs: count }];
  let batch = 0;
  let step = 0;
  for (let at = 1; at < count; at++) {
    const depth = at % 100 === 1 ? 1 : at % 10 === 1 ? 2 : 3;
    if (depth === 1) batch = at;
    if (depth <= 2) step = at;
    const parent = depth === 1 ? 0 : depth === 2 ? batch : step;
    const length = depth === 1 ? 99 : depth === 2 ? 9 : 0.8;
    const name = depth === 1 ? `batch ${at}` : depth === 2 ? `step ${at % 7}` : `query ${at % 5}`;
    spans.push({
      spanId: id(at),
      parentSpanId: id(parent),
      name,
      startMs: at,
      durationMs: length,
      attributes: { 'job.row': String(at) },
    });
  }
  return otlpDocument(LARGE_TRACE_ID, 'jobs', spans);
}
