import type { SpanTick } from '../contract/index.js';
import { isException } from '../errors/error-items.js';
import { toMicros } from './span-times.js';
import type { TraceTree } from './trace-tree.js';

const MAX_TICKS = 5_000;

/** The events of all spans, as marks on their bars. */
export function ticksOf({ rows, startMs }: TraceTree): readonly SpanTick[] {
  const ticks: SpanTick[] = [];
  for (let row = 0; row < rows.length; row++) {
    for (const event of rows[row]?.span?.events ?? []) {
      if (ticks.length >= MAX_TICKS) return ticks;
      if (!Number.isFinite(event.timeMs)) continue;
      const at = toMicros(event.timeMs - startMs);
      ticks.push({ row, at, isError: isException(event), name: event.name });
    }
  }
  return ticks;
}
