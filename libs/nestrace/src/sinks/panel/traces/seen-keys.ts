import type { StoredTrace } from '../../../pipeline/span-store/stored-span.js';

const MAX_KEYS = 300;

const keysPerTrace = new WeakMap<StoredTrace, readonly string[]>();

/** Keys of attributes; those that most traces have first. */
export function seenKeys(traces: Iterable<StoredTrace>): readonly string[] {
  const counts = new Map<string, number>();
  for (const trace of traces) {
    for (const key of keysOf(trace)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, MAX_KEYS)
    .map(([key]) => key);
}

function keysOf(trace: StoredTrace): readonly string[] {
  let keys = keysPerTrace.get(trace);
  if (keys === undefined) {
    keys = [...new Set(trace.spans.flatMap(({ attributes }) => Object.keys(attributes)))];
    keysPerTrace.set(trace, keys.slice(0, MAX_KEYS));
  }
  return keys;
}
