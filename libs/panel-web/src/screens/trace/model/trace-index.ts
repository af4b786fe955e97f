import {
  SPAN_FLAG,
  type SpanTick,
  type TraceDetail,
} from '../../../../../nestrace/src/sinks/panel/contract/index.js';

/** What is looked up again and again in a trace: worked out once, in flat arrays. */
export interface TraceIndex {
  readonly size: number;
  /** The children of row `r` are `children[firstChild[r + 1] … firstChild[r + 2] - 1]`; r = -1: the roots. */
  readonly children: Int32Array;
  readonly firstChild: Int32Array;
  /** A row whose parent does not come before it counts as a root (-1), so that no row gets lost. */
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** Rows below a row, at any depth. */
  readonly below: Int32Array;
  readonly errorsBelow: Int32Array;
  readonly rowOf: ReadonlyMap<string, number>;
  readonly ticks: ReadonlyMap<number, readonly SpanTick[]>;
  readonly errorRows: readonly number[];
  readonly openRows: readonly number[];
}

export function indexTrace({ spans, ticks }: TraceDetail): TraceIndex {
  const size = spans.id.length;
  const parent = new Int32Array(size);
  const depth = new Int32Array(size);
  const firstChild = new Int32Array(size + 2);
  const rowOf = new Map<string, number>();
  const errorRows: number[] = [];
  const openRows: number[] = [];
  for (let row = 0; row < size; row += 1) {
    const given = spans.parent[row] ?? -1;
    const above = given >= 0 && given < row ? given : -1;
    parent[row] = above;
    depth[row] = above === -1 ? 0 : (depth[above] ?? 0) + 1;
    firstChild[above + 2] = (firstChild[above + 2] ?? 0) + 1;
    const id = spans.id[row] ?? '';
    if (!rowOf.has(id)) rowOf.set(id, row);
    const flags = spans.flags[row] ?? 0;
    if ((flags & SPAN_FLAG.error) !== 0) errorRows.push(row);
    if ((flags & SPAN_FLAG.open) !== 0) openRows.push(row);
  }
  for (let at = 1; at < size + 2; at += 1) {
    firstChild[at] = (firstChild[at] ?? 0) + (firstChild[at - 1] ?? 0);
  }
  const children = new Int32Array(size);
  const filled = firstChild.slice();
  for (let row = 0; row < size; row += 1) {
    const slot = (parent[row] ?? -1) + 1;
    const at = filled[slot] ?? 0;
    children[at] = row;
    filled[slot] = at + 1;
  }
  const below = new Int32Array(size);
  const errorsBelow = new Int32Array(size);
  for (let row = size - 1; row >= 0; row -= 1) {
    const above = parent[row] ?? -1;
    if (above === -1) continue;
    const isError = ((spans.flags[row] ?? 0) & SPAN_FLAG.error) !== 0 ? 1 : 0;
    below[above] = (below[above] ?? 0) + (below[row] ?? 0) + 1;
    errorsBelow[above] = (errorsBelow[above] ?? 0) + (errorsBelow[row] ?? 0) + isError;
  }
  const index = { size, children, firstChild, parent, depth, below, errorsBelow, rowOf };
  return { ...index, ticks: byRow(ticks), errorRows, openRows };
}

/** Rows directly below; those without a parent, for -1. */
export function childrenOf({ children, firstChild }: TraceIndex, row: number): Int32Array {
  return children.subarray(firstChild[row + 1] ?? 0, firstChild[row + 2] ?? 0);
}

export function hasChildren({ firstChild }: TraceIndex, row: number): boolean {
  return (firstChild[row + 2] ?? 0) > (firstChild[row + 1] ?? 0);
}

/** Whether a row is `top` or below it. */
export function isWithin({ parent }: TraceIndex, row: number, top: number): boolean {
  let at = row;
  while (at > top) at = parent[at] ?? -1;
  return at === top;
}

function byRow(ticks: readonly SpanTick[]): ReadonlyMap<number, readonly SpanTick[]> {
  const rows = new Map<number, SpanTick[]>();
  for (const tick of ticks) {
    const list = rows.get(tick.row);
    if (list === undefined) rows.set(tick.row, [tick]);
    else list.push(tick);
  }
  return rows;
}
