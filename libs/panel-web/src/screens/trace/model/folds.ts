import type { SpanColumns } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { childrenOf, type TraceIndex } from './trace-index.js';

export interface Folds {
  /** Rows of a fold by the row of its first. */
  readonly members: ReadonlyMap<number, readonly number[]>;
  /** The first row of the fold a row is in, or -1. */
  readonly foldOf: Int32Array;
}

/** Finds siblings that do the same, from `from` of them on. */
export function findFolds(spans: SpanColumns, index: TraceIndex, from: number): Folds {
  const foldOf = new Int32Array(index.size).fill(-1);
  const members = new Map<number, readonly number[]>();
  for (let parent = -1; parent < index.size; parent += 1) {
    const siblings = childrenOf(index, parent);
    if (siblings.length < from) continue;
    const groups = new Map<number, number[]>();
    for (const row of siblings) {
      const group = spans.group[row] ?? -1;
      const rows = groups.get(group);
      if (rows === undefined) groups.set(group, [row]);
      else rows.push(row);
    }
    for (const rows of groups.values()) {
      const [first] = rows;
      if (rows.length < from || first === undefined) continue;
      members.set(first, rows);
      for (const row of rows) foldOf[row] = first;
    }
  }
  return { members, foldOf };
}

/** Microseconds all spans of a fold took together. */
export function totalOf(spans: SpanColumns, rows: readonly number[]): number {
  let total = 0;
  for (const row of rows) total += spans.duration[row] ?? 0;
  return total;
}
