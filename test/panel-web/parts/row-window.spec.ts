import { describe, expect, it } from 'vitest';
import { rowsToDraw, scrollTopFor } from '../../../libs/panel-web/src/parts/row-window.js';

describe('rowsToDraw', () => {
  it('draws what can be seen and a bit more', () => {
    const rows = rowsToDraw(2600, 260, 26, 10_000, -1);
    expect([rows[0], rows.at(-1)]).toEqual([88, 121]);
  });

  it('keeps the focused row, wherever it is', () => {
    expect(rowsToDraw(2600, 260, 26, 10_000, 3)[0]).toBe(3);
    expect(rowsToDraw(2600, 260, 26, 10_000, 9000).at(-1)).toBe(9000);
    const rows = rowsToDraw(2600, 260, 26, 10_000, 100);
    expect(rows.filter((row) => row === 100)).toHaveLength(1);
  });

  it('draws no row that is not there', () => {
    expect(rowsToDraw(0, 800, 26, 3, -1)).toEqual([0, 1, 2]);
    expect(rowsToDraw(0, 800, 26, 3, 7)).toEqual([0, 1, 2]);
    expect(rowsToDraw(5000, 800, 26, 3, 1)).toEqual([1]);
  });
});

describe('scrollTopFor', () => {
  it('moves as little as can be', () => {
    expect(scrollTopFor(5, 0, 260, 26)).toBeUndefined();
    expect(scrollTopFor(10, 0, 260, 26)).toBe(26);
    expect(scrollTopFor(2, 130, 260, 26)).toBe(52);
  });
});
