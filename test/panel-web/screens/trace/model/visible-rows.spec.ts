import { describe, expect, it } from 'vitest';
import { foldEntry } from '../../../../../libs/panel-web/src/screens/trace/model/entry.js';
import { findFolds } from '../../../../../libs/panel-web/src/screens/trace/model/folds.js';
import { indexTrace } from '../../../../../libs/panel-web/src/screens/trace/model/trace-index.js';
import {
  ALL_OPEN,
  visibleRows,
  withAncestors,
  type Expansion,
} from '../../../../../libs/panel-web/src/screens/trace/model/visible-rows.js';
import { repeated, traceFrom } from '../trace-fixture.js';

// Rows: 0 root, 1 a, 2 a1, 3–8 queries (3 has 4 below), 9 b.
const detail = traceFrom({
  name: 'root',
  below: [
    { name: 'a', below: [{ name: 'a1' }] },
    { name: 'q', group: 1, below: [{ name: 'inside' }] },
    ...repeated(4, { name: 'q' }),
    { name: 'b' },
  ],
});
const index = indexTrace(detail);
const folds = findFolds(detail.spans, index, 5);
const seen = (expansion: Partial<Expansion> = {}, only?: Uint8Array) =>
  visibleRows({
    ids: detail.spans.id,
    index,
    folds,
    expansion: { ...ALL_OPEN, ...expansion },
    only,
  });

describe('visibleRows', () => {
  it('shows siblings that repeat as one line', () => {
    const { entries, levels, position, siblings } = seen();
    expect(entries).toEqual([0, 1, 2, foldEntry(3), 9]);
    expect(Array.from(levels.subarray(0, 5))).toEqual([1, 2, 3, 2, 2]);
    expect(Array.from(position.subarray(0, 5))).toEqual([1, 1, 1, 2, 3]);
    expect(Array.from(siblings.subarray(0, 5))).toEqual([1, 3, 1, 3, 3]);
  });

  it('shows them one level deeper when the line is open', () => {
    const { entries, levels } = seen({ openFolds: new Set(['s3']) });
    expect(entries).toEqual([0, 1, 2, foldEntry(3), 3, 4, 5, 6, 7, 8, 9]);
    expect(Array.from(levels.subarray(3, 7))).toEqual([2, 3, 4, 3]);
  });

  it('hides what is below a closed span', () => {
    expect(seen({ collapsed: new Set(['s1']) }).entries).toEqual([0, 1, foldEntry(3), 9]);
    expect(seen({ collapsed: new Set(['s0']) }).entries).toEqual([0]);
  });

  it('shows nothing but matches and what is above them, whatever is closed', () => {
    const only = withAncestors([4, 6], index);
    expect(seen({ collapsed: new Set(['s0']) }, only).entries).toEqual([0, 3, 4, 6]);
  });

  it('folds only from the given number on', () => {
    expect(findFolds(detail.spans, index, 6).members.size).toBe(0);
    expect(folds.members.get(3)).toEqual([3, 5, 6, 7, 8]);
    expect(folds.foldOf[7]).toBe(3);
  });

  it('goes as deep as spans nest', () => {
    const depth = 20_000;
    const parent = Array.from({ length: depth }, (_, row) => row - 1);
    const same = Array.from({ length: depth }, () => 0);
    const id = parent.map(String);
    const spans = { ...detail.spans, id, parent, flags: same, group: same };
    const deep = indexTrace({ ...detail, spans });
    const input = { ids: id, index: deep, folds: findFolds(spans, deep, 5), expansion: ALL_OPEN };
    expect(visibleRows(input).levels[depth - 1]).toBe(depth);
  });
});
