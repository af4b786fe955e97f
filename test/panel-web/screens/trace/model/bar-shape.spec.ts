import { describe, expect, it } from 'vitest';
import {
  barShape,
  pieceOf,
  placed,
} from '../../../../../libs/panel-web/src/screens/trace/model/bar-shape.js';

const window = { from: 100, to: 200 };

describe('bars', () => {
  it('are cut off at the window', () => {
    expect(pieceOf(50, 150, window)).toEqual({ left: 0, width: 0.5 });
    expect(pieceOf(120, 400, window)).toEqual({ left: 0.2, width: 0.8 });
    expect(pieceOf(10, 90, window)).toBeUndefined();
    expect(placed({ left: 0.2, width: 0.8 })).toEqual({ left: '20.000%', width: '80.000%' });
  });

  it('are thin where their parent does not run', () => {
    const shape = barShape({ start: 110, end: 190 }, { start: 120, end: 150 }, window);
    expect(shape.before?.left).toBeCloseTo(0.1);
    expect(shape.within).toEqual({ left: 0.2, width: expect.closeTo(0.3) });
    expect(shape.after).toEqual({ left: 0.5, width: expect.closeTo(0.4) });
  });

  it('have no thick part at all when they begin after their parent', () => {
    const shape = barShape({ start: 160, end: 190 }, { start: 120, end: 150 }, window);
    expect(shape.within).toBeUndefined();
    expect(shape.after).toEqual({ left: 0.6, width: expect.closeTo(0.3) });
  });

  it('are whole without a parent', () => {
    const shape = barShape({ start: 110, end: 190 }, undefined, window);
    expect(shape).toEqual({
      before: undefined,
      within: { left: 0.1, width: expect.closeTo(0.8) },
      after: undefined,
    });
  });
});
