import { describe, expect, it } from 'vitest';
import { foldEntry } from '../../../../../libs/panel-web/src/screens/trace/model/entry.js';
import { setExpanded } from '../../../../../libs/panel-web/src/screens/trace/model/expansion.js';
import { findFolds } from '../../../../../libs/panel-web/src/screens/trace/model/folds.js';
import { indexTrace } from '../../../../../libs/panel-web/src/screens/trace/model/trace-index.js';
import {
  lineOf,
  treeMove,
} from '../../../../../libs/panel-web/src/screens/trace/model/tree-keys.js';
import {
  ALL_OPEN,
  visibleRows,
  type Expansion,
} from '../../../../../libs/panel-web/src/screens/trace/model/visible-rows.js';
import { repeated, traceFrom } from '../trace-fixture.js';

// Lines: 0 root, 1 a, 2 a1, 3 fold of rows 3–7, 4 b (row 8).
const detail = traceFrom({
  name: 'root',
  below: [{ name: 'a', below: [{ name: 'a1' }] }, ...repeated(5, { name: 'q' }), { name: 'b' }],
});
const index = indexTrace(detail);
const tree = { ids: detail.spans.id, index, folds: findFolds(detail.spans, index, 5) };
const lines = (expansion: Expansion) => visibleRows({ ...tree, expansion });
const press = (key: string, at: number, expansion = ALL_OPEN) =>
  treeMove(key, at, tree, expansion, lines(expansion));

describe('treeMove', () => {
  it('goes from line to line and no further than the ends', () => {
    expect(press('j', 1)).toEqual({ kind: 'go', at: 2 });
    expect(press('ArrowUp', 1)).toEqual({ kind: 'go', at: 0 });
    expect(press('k', 0)).toBeUndefined();
    expect(press('ArrowDown', 4)).toBeUndefined();
    expect(press('End', 0)).toEqual({ kind: 'go', at: 4 });
    expect(press('Home', 3)).toEqual({ kind: 'go', at: 0 });
    expect(press('PageDown', 1)).toEqual({ kind: 'go', at: 4 });
  });

  it('closes with the left arrow, then goes to the parent', () => {
    const closed = setExpanded(tree, ALL_OPEN, [1], false);
    expect(press('ArrowLeft', 1)).toEqual({ kind: 'open', expansion: closed });
    expect(press('ArrowLeft', 1, closed)).toEqual({ kind: 'go', at: 0 });
    expect(press('ArrowLeft', 2)).toEqual({ kind: 'go', at: 1 });
  });

  it('opens with the right arrow, then goes to the first below', () => {
    const closed = setExpanded(tree, ALL_OPEN, [1], false);
    expect(press('ArrowRight', 1, closed)).toEqual({ kind: 'open', expansion: ALL_OPEN });
    expect(press('ArrowRight', 1)).toEqual({ kind: 'go', at: 2 });
    expect(press('ArrowRight', 2)).toBeUndefined();
    const open = setExpanded(tree, ALL_OPEN, [foldEntry(3)], true);
    expect(press('ArrowRight', 3)).toEqual({ kind: 'open', expansion: open });
  });
});

describe('lineOf', () => {
  it('finds a row, or what it is hidden in', () => {
    const open = lines(ALL_OPEN);
    expect(lineOf(8, tree, open)).toBe(4);
    expect(lineOf(6, tree, open)).toBe(3);
    expect(lineOf(2, tree, lines(setExpanded(tree, ALL_OPEN, [1], false)))).toBe(1);
    expect(lineOf(2, tree, lines(setExpanded(tree, ALL_OPEN, [0], false)))).toBe(0);
  });
});
