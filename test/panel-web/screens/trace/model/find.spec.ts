import { describe, expect, it } from 'vitest';
import {
  matchFrom,
  nextMatch,
} from '../../../../../libs/panel-web/src/screens/trace/model/find.js';

describe('matches', () => {
  it('are gone through in both directions, around the ends', () => {
    expect(nextMatch([2, 5, 9], 5, 1)).toBe(9);
    expect(nextMatch([2, 5, 9], 9, 1)).toBe(2);
    expect(nextMatch([2, 5, 9], 5, -1)).toBe(2);
    expect(nextMatch([2, 5, 9], 1, -1)).toBe(9);
    expect(nextMatch([], 1, 1)).toBe(-1);
  });

  it('begin where the cursor is', () => {
    expect(matchFrom([2, 5, 9], 5)).toBe(5);
    expect(matchFrom([2, 5, 9], 10)).toBe(2);
    expect(matchFrom([], 0)).toBe(-1);
  });
});
