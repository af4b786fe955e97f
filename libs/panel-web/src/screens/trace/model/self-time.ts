import type { SpanColumns } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { childrenOf, type TraceIndex } from './trace-index.js';

/** Start and end, one after the other: `[start, end, start, end, …]`, in microseconds. */
export type Spans = readonly number[];

/** When a span ran and none of its children did. */
export function selfTimes(spans: SpanColumns, index: TraceIndex, row: number): Spans {
  const start = spans.start[row] ?? 0;
  const end = start + (spans.duration[row] ?? 0);
  const free: number[] = [];
  let at = start;
  // Siblings come by their start, so one look at each is enough.
  for (const child of childrenOf(index, row)) {
    const from = spans.start[child] ?? 0;
    const to = from + (spans.duration[child] ?? 0);
    if (from >= end) break;
    if (from > at) free.push(at, from);
    at = Math.max(at, to);
  }
  if (at < end) free.push(at, end);
  return free;
}

/** Times of many spans as few pieces: what is nearer than `gap` to the next grows together. */
export function mergedTimes(spans: SpanColumns, rows: readonly number[], gap: number): Spans {
  const merged: number[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const from = spans.start[row] ?? 0;
    const to = from + (spans.duration[row] ?? 0);
    if (from > end + gap) merged.push(from, to);
    else if (to > end) merged[merged.length - 1] = to;
    end = Math.max(end, to);
  }
  return merged;
}
