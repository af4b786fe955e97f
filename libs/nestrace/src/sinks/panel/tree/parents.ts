import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';

export interface Parents {
  /**
   * Index of the parent of each span; -1 where there is none, `-2 - n` where it is the missing
   * parent number n.
   */
  readonly parent: Int32Array;
  /** 1 for spans that are, or were before it was cut, in a cycle of parents. */
  readonly inCycle: Uint8Array;
  /** Ids of parents that have not come here, each once. */
  readonly missing: readonly string[];
}

/**
 * Finds the parent of every span. Whatever the ids say, what comes out is a forest: of a cycle the
 * earliest span becomes a root, and nothing is lost.
 */
export function findParents(spans: readonly StoredSpan[], startMs: Float64Array): Parents {
  const byId = new Map<string, number>();
  spans.forEach(({ spanId }, index) => {
    // Of several spans with one id the first gets the children.
    if (!byId.has(spanId)) byId.set(spanId, index);
  });
  const parent = new Int32Array(spans.length).fill(-1);
  const missing = new Map<string, number>();
  spans.forEach(({ parentSpanId }, index) => {
    if (parentSpanId === undefined || parentSpanId === '') return;
    const found = byId.get(parentSpanId);
    if (found !== undefined) {
      parent[index] = found;
      return;
    }
    const number = missing.get(parentSpanId) ?? missing.size;
    missing.set(parentSpanId, number);
    parent[index] = -2 - number;
  });
  return { parent, inCycle: cutCycles(parent, startMs), missing: [...missing.keys()] };
}

/** Every span has one parent at most, so a walk upwards either ends or meets itself. */
function cutCycles(parent: Int32Array, startMs: Float64Array): Uint8Array {
  const inCycle = new Uint8Array(parent.length);
  const seenBy = new Int32Array(parent.length).fill(-1);
  for (let start = 0; start < parent.length; start++) {
    let index = start;
    while (index >= 0 && seenBy[index] === -1) {
      seenBy[index] = start;
      index = parent[index] ?? -1;
    }
    if (index < 0 || seenBy[index] !== start) continue;
    parent[earliestOf(index, parent, startMs, inCycle)] = -1;
  }
  return inCycle;
}

function earliestOf(
  member: number,
  parent: Int32Array,
  startMs: Float64Array,
  inCycle: Uint8Array,
): number {
  let earliest = member;
  let index = member;
  do {
    inCycle[index] = 1;
    if ((startMs[index] ?? 0) < (startMs[earliest] ?? 0)) earliest = index;
    index = parent[index] ?? -1;
  } while (index >= 0 && index !== member);
  return earliest;
}
