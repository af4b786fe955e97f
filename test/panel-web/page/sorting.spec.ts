import { describe, expect, it } from 'vitest';
import { sortedBy, sortRows } from '../../../libs/panel-web/src/page/sorting.js';

describe('sortedBy', () => {
  it('begins with the largest number and with the first text', () => {
    const sort = { column: 'a', descending: true };
    expect(sortedBy(sort, 'calls', true)).toEqual({ column: 'calls', descending: true });
    expect(sortedBy(sort, 'name', false)).toEqual({ column: 'name', descending: false });
  });

  it('turns around when asked again', () => {
    expect(sortedBy({ column: 'a', descending: true }, 'a', true).descending).toBe(false);
  });
});

describe('sortRows', () => {
  it('counts numbers as numbers', () => {
    expect(sortRows([9, 100, 20], (one) => one, false)).toEqual([9, 20, 100]);
  });

  it.each([true, false])('puts what has no value last (descending: %s)', (descending) => {
    const rows = [undefined, 1, undefined, 2];
    expect(sortRows(rows, (one) => one, descending).slice(2)).toEqual([undefined, undefined]);
  });

  it('leaves equal rows as they were', () => {
    const rows = [{ id: 1 }, { id: 2 }, { id: 3 }];
    expect(sortRows(rows, () => 0, true).map(({ id }) => id)).toEqual([1, 2, 3]);
  });
});
