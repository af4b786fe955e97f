import type { StoredSpan, StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import { findParents, type Parents } from './parents.js';
import { durationMsOf, startMsOf } from './span-times.js';

/** A line of the tree: a span, or the place of a parent that has not come here. */
export interface TreeRow {
  readonly id: string;
  /** Undefined for a missing parent. */
  readonly span: StoredSpan | undefined;
  /** Row of the parent, or -1. */
  readonly parent: number;
  /** The row behind everything below this one. */
  readonly end: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly inCycle: boolean;
}

/** The spans of a trace as a tree, in the order it is shown: parents first, siblings by their start. */
export interface TraceTree {
  readonly rows: readonly TreeRow[];
  readonly startMs: number;
  readonly endMs: number;
  /** The row of a span; of several with one id, the first. */
  readonly rowOf: ReadonlyMap<string, number>;
  /** The span that stands for the whole trace; -1 in a trace without spans. */
  readonly root: number;
}

const trees = new WeakMap<StoredTrace, TraceTree>();

export function treeOf(trace: StoredTrace): TraceTree {
  let tree = trees.get(trace);
  if (tree === undefined) {
    tree = buildTree(trace);
    trees.set(trace, tree);
  }
  return tree;
}

/** Rows directly below a row; below all, with -1. */
export function* childRows({ rows }: TraceTree, row: number): Iterable<number> {
  const end = row === -1 ? rows.length : (rows[row]?.end ?? 0);
  for (let child = row + 1; child < end; child = rows[child]?.end ?? end) yield child;
}

/** The row that represents a trace: without a parent, else with one in another process, else the first. */
export function rootOf(spans: readonly StoredSpan[], startMs: (index: number) => number): number {
  let best = -1;
  let bestRank = Infinity;
  for (let index = 0; index < spans.length; index++) {
    const rank = rankOf(spans[index]);
    if (rank < bestRank || (rank === bestRank && startMs(index) < startMs(best))) {
      best = index;
      bestRank = rank;
    }
  }
  return best;
}

function rankOf(span: StoredSpan | undefined): number {
  if (span?.parentSpanId === undefined || span.parentSpanId === '') return 0;
  return span.hasRemoteParent ? 1 : 2;
}

function buildTree(trace: StoredTrace): TraceTree {
  const { spans } = trace;
  const startMs = Float64Array.from(spans, (span) => startMsOf(span, trace.firstSeenMs));
  const parents = findParents(spans, startMs);
  const missing = withPlaces(parents, spans);
  const total = spans.length + missing.length;
  const starts = new Float64Array(total).fill(Infinity);
  starts.set(startMs);
  const ends = new Float64Array(total);
  spans.forEach((span, index) => {
    ends[index] = (startMs[index] ?? 0) + durationMsOf(span);
  });
  for (let index = 0; index < spans.length; index++) {
    // A missing parent reaches over what is known to be below it.
    const parent = parents.parent[index] ?? -1;
    if (parent < spans.length) continue;
    starts[parent] = Math.min(starts[parent] ?? 0, starts[index] ?? 0);
    ends[parent] = Math.max(ends[parent] ?? 0, ends[index] ?? 0);
  }
  const { order, parentRow, endRow } = preorder(parents.parent, starts, total);
  const rows = Array.from(order, (index, row): TreeRow => {
    const span = spans[index];
    return {
      id: span?.spanId ?? missing[index - spans.length] ?? '',
      span,
      parent: parentRow[row] ?? -1,
      end: endRow[row] ?? 0,
      startMs: starts[index] ?? 0,
      endMs: ends[index] ?? 0,
      inCycle: parents.inCycle[index] === 1,
    };
  });
  return { rows, ...extentOf(rows, trace), rowOf: indexOf(rows), root: rootRow(spans, rows) };
}

/**
 * Gives the missing parents places behind the spans. None is needed where everything hangs below
 * one span whose caller is in another process: that says the same in less.
 */
function withPlaces({ parent, missing }: Parents, spans: readonly StoredSpan[]): readonly string[] {
  const tops = parent.reduce((count, index) => (index < 0 ? count + 1 : count), 0);
  const isContinued = tops === 1 && spans[parent.findIndex((index) => index < 0)]?.hasRemoteParent;
  for (let index = 0; index < parent.length; index++) {
    const above = parent[index] ?? -1;
    if (above < -1) parent[index] = isContinued === true ? -1 : spans.length + (-2 - above);
  }
  return isContinued === true ? [] : missing;
}

/** With a stack of its own: a chain of ten thousand calls is deeper than that of the language. */
function preorder(
  parent: Int32Array,
  starts: Float64Array,
  total: number,
): { order: Int32Array; parentRow: Int32Array; endRow: Int32Array } {
  const parentOf = (index: number): number => parent[index] ?? -1;
  const byStart = Array.from({ length: total }, (_, index) => index).toSorted(
    (a, b) => (starts[a] ?? 0) - (starts[b] ?? 0) || a - b,
  );
  // Lists of children, linked: going through the spans from the last start to the first puts the
  // first child in front.
  const firstChild = new Int32Array(total + 1).fill(-1);
  const nextSibling = new Int32Array(total).fill(-1);
  for (const index of byStart.toReversed()) {
    const above = parentOf(index) + 1;
    nextSibling[index] = firstChild[above] ?? -1;
    firstChild[above] = index;
  }
  const order = new Int32Array(total);
  const rowOf = new Int32Array(total);
  const parentRow = new Int32Array(total).fill(-1);
  const endRow = new Int32Array(total);
  let count = 0;
  let index = firstChild[0] ?? -1;
  while (index !== -1) {
    const above = parentOf(index);
    order[count] = index;
    rowOf[index] = count;
    parentRow[count] = above === -1 ? -1 : (rowOf[above] ?? -1);
    count++;
    let next = firstChild[index + 1] ?? -1;
    for (let done = index; next === -1 && done !== -1; done = parentOf(done)) {
      endRow[rowOf[done] ?? 0] = count;
      next = nextSibling[done] ?? -1;
    }
    index = next;
  }
  return { order, parentRow, endRow };
}

function extentOf(
  rows: readonly TreeRow[],
  trace: StoredTrace,
): { startMs: number; endMs: number } {
  if (rows.length === 0) return { startMs: trace.firstSeenMs, endMs: trace.firstSeenMs };
  let startMs = Infinity;
  let endMs = -Infinity;
  for (const row of rows) {
    startMs = Math.min(startMs, row.startMs);
    endMs = Math.max(endMs, row.endMs);
  }
  return { startMs, endMs };
}

function indexOf(rows: readonly TreeRow[]): ReadonlyMap<string, number> {
  const rowOf = new Map<string, number>();
  rows.forEach(({ id }, row) => {
    if (!rowOf.has(id)) rowOf.set(id, row);
  });
  return rowOf;
}

function rootRow(spans: readonly StoredSpan[], rows: readonly TreeRow[]): number {
  const root = rootOf(spans, (index) => spans[index]?.startMs ?? Infinity);
  return root === -1 ? -1 : rows.findIndex(({ span }) => span === spans[root]);
}
