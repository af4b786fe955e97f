import { childRows, type TraceTree } from './trace-tree.js';

/**
 * The rows that decide how long the root takes: shorten one, and the whole is shorter. Seen from
 * the end, it is always the child that ended last; what ran beside it did not matter.
 */
export function criticalPath(tree: TraceTree): Uint8Array {
  const isCritical = new Uint8Array(tree.rows.length);
  const open: [row: number, until: number][] = [];
  const root = tree.rows[tree.root];
  if (root !== undefined) open.push([tree.root, root.endMs]);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [row, until] = next;
    isCritical[row] = 1;
    open.push(...decidingChildren(tree, row, until));
  }
  return isCritical;
}

function decidingChildren(
  tree: TraceTree,
  row: number,
  until: number,
): readonly [row: number, until: number][] {
  // What goes on after its parent has ended has not kept it.
  const children = [...childRows(tree, row)].flatMap((child) => {
    const { startMs = 0, endMs = 0 } = tree.rows[child] ?? {};
    return startMs < until ? [{ child, startMs, endMs: Math.min(endMs, until) }] : [];
  });
  children.sort((a, b) => b.endMs - a.endMs || a.startMs - b.startMs);
  const deciding: [row: number, until: number][] = [];
  let moment = until;
  for (const { child, startMs, endMs } of children) {
    if (endMs > moment || startMs >= moment || endMs <= startMs) continue;
    deciding.push([child, endMs]);
    moment = startMs;
  }
  return deciding;
}
