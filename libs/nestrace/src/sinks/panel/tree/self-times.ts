import { childRows, type TraceTree } from './trace-tree.js';

/** Of each row, the milliseconds in which nothing directly below it ran. */
export function selfTimes(tree: TraceTree): Float64Array {
  const self = new Float64Array(tree.rows.length);
  tree.rows.forEach(({ startMs, endMs }, row) => {
    let covered = 0;
    // Children come by their start, so what they cover together is found in one pass.
    let until = startMs;
    for (const child of childRows(tree, row)) {
      const { startMs: from = 0, endMs: to = 0 } = tree.rows[child] ?? {};
      const end = Math.min(to, endMs);
      covered += Math.max(0, end - Math.max(from, until));
      until = Math.max(until, end);
    }
    self[row] = Math.max(0, endMs - startMs - covered);
  });
  return self;
}
