import { describe, expect, it } from 'vitest';
import { SPAN_FLAG } from '../../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { foldEntry } from '../../../../../libs/panel-web/src/screens/trace/model/entry.js';
import {
  collapseAll,
  collapseLevel,
  expandAll,
  expandLevel,
  expandSiblings,
  expandToErrors,
  isExpanded,
  reveal,
  setExpanded,
} from '../../../../../libs/panel-web/src/screens/trace/model/expansion.js';
import { findFolds } from '../../../../../libs/panel-web/src/screens/trace/model/folds.js';
import { indexTrace } from '../../../../../libs/panel-web/src/screens/trace/model/trace-index.js';
import {
  ALL_OPEN,
  visibleRows,
  type Expansion,
} from '../../../../../libs/panel-web/src/screens/trace/model/visible-rows.js';
import { repeated, traceFrom } from '../trace-fixture.js';

// Rows: 0 root, 1 a, 2 a1, 3 a11, 4 b, 5 b1 (error), 6–10 queries.
const detail = traceFrom({
  name: 'root',
  below: [
    { name: 'a', below: [{ name: 'a1', below: [{ name: 'a11' }] }] },
    { name: 'b', below: [{ name: 'b1', flags: SPAN_FLAG.error }] },
    ...repeated(5, { name: 'q' }),
  ],
});
const index = indexTrace(detail);
const tree = { ids: detail.spans.id, index, folds: findFolds(detail.spans, index, 5) };
const shown = (expansion: Expansion) => visibleRows({ ...tree, expansion });

describe('expansion', () => {
  it('opens and closes spans and folds alike', () => {
    const closed = setExpanded(tree, ALL_OPEN, [1], false);
    expect(isExpanded(tree, closed, 1)).toBe(false);
    expect(isExpanded(tree, setExpanded(tree, closed, [1], true), 1)).toBe(true);
    const open = setExpanded(tree, ALL_OPEN, [foldEntry(6)], true);
    expect(isExpanded(tree, open, foldEntry(6))).toBe(true);
    expect(isExpanded(tree, setExpanded(tree, open, [foldEntry(6)], false), foldEntry(6))).toBe(
      false,
    );
  });

  it('closes all, then opens the spans, then what repeats', () => {
    const none = collapseAll(tree);
    expect(shown(none).entries).toEqual([0]);
    const spans = expandAll(tree, none);
    expect(shown(spans).entries).toEqual([0, 1, 2, 3, 4, 5, foldEntry(6)]);
    expect(shown(expandAll(tree, spans)).entries).toHaveLength(12);
  });

  it('opens level by level, and closes the deepest first', () => {
    const one = expandLevel(tree, collapseAll(tree), shown(collapseAll(tree)));
    expect(shown(one).entries).toEqual([0, 1, 4, foldEntry(6)]);
    const two = expandLevel(tree, one, shown(one));
    expect(shown(two).entries).toEqual([0, 1, 2, 4, 5, foldEntry(6), 6, 7, 8, 9, 10]);
    const less = collapseLevel(tree, ALL_OPEN, shown(ALL_OPEN));
    expect(shown(less).entries).toEqual([0, 1, 2, 4, 5, foldEntry(6)]);
  });

  it('leaves open only what leads to errors', () => {
    expect(shown(expandToErrors(tree)).entries).toEqual([0, 1, 4, 5, foldEntry(6)]);
  });

  it('opens a fold on the way to an error in it', () => {
    const failing = traceFrom({
      name: 'root',
      below: [...repeated(5, { name: 'q' }), { name: 'q', group: 1, flags: SPAN_FLAG.error }],
    });
    const own = indexTrace(failing);
    const folds = findFolds(failing.spans, own, 5);
    const { openFolds } = expandToErrors({ ids: failing.spans.id, index: own, folds });
    expect([...openFolds]).toEqual(['s1']);
  });

  it('opens all that stands beside a line', () => {
    const beside = expandSiblings(tree, setExpanded(tree, ALL_OPEN, [1, 2, 4], false), 1);
    expect(isExpanded(tree, beside, 1)).toBe(true);
    expect(isExpanded(tree, beside, 2)).toBe(false);
    expect(isExpanded(tree, beside, 4)).toBe(true);
    expect(isExpanded(tree, beside, foldEntry(6))).toBe(true);
  });

  it('opens what hides a row, and changes nothing where nothing does', () => {
    expect(shown(reveal(tree, collapseAll(tree), 3)).entries).toEqual([
      0,
      1,
      2,
      3,
      4,
      foldEntry(6),
    ]);
    expect(shown(reveal(tree, ALL_OPEN, 8)).entries).toContain(8);
    expect(reveal(tree, ALL_OPEN, 3)).toBe(ALL_OPEN);
  });
});
