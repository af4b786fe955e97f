import { describe, expect, it } from 'vitest';
import type { StoredSpan } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import { criticalPath } from '../../../../../libs/nestrace/src/sinks/panel/tree/critical-path.js';
import { treeOf } from '../../../../../libs/nestrace/src/sinks/panel/tree/trace-tree.js';
import { span, trace } from '../support/trace-builder.js';

function criticalIds(spans: readonly StoredSpan[]): readonly string[] {
  const tree = treeOf(trace(spans));
  const isCritical = criticalPath(tree);
  return tree.rows.filter((_, row) => isCritical[row] === 1).map(({ id }) => id);
}

describe('criticalPath', () => {
  it('leaves out what ran beside something longer', () => {
    const ids = criticalIds([
      span('root', undefined, { for: 100 }),
      span('first', 'root', { at: 0, for: 40 }),
      span('beside', 'root', { at: 5, for: 20 }),
      span('second', 'root', { at: 40, for: 50 }),
      span('inner', 'second', { at: 45, for: 30 }),
      span('shorter', 'second', { at: 45, for: 10 }),
    ]);
    expect(ids).toEqual(['root', 'first', 'second', 'inner']);
  });

  it('follows a child that goes on only until its parent ends', () => {
    const ids = criticalIds([
      span('root', undefined, { for: 50 }),
      span('before', 'root', { at: 0, for: 20 }),
      span('goes-on', 'root', { at: 20, for: 500 }),
      span('afterwards', 'goes-on', { at: 60, for: 10 }),
    ]);
    expect(ids).toEqual(['root', 'before', 'goes-on']);
  });

  it('has nothing to say about nothing', () => {
    expect(criticalIds([])).toEqual([]);
  });
});
