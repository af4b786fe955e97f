import { describe, expect, it } from 'vitest';
import { formatAgo, formatClock, formatDateTime } from '../../../libs/panel-web/src/format/time.js';

describe('formatAgo', () => {
  it.each([
    [0, 'now'],
    [-400, 'now'],
    [1000, '1 s'],
    [59_999, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [90_000_000, '1 d'],
  ])('calls %d ms %s', (passed, text) => {
    expect(formatAgo(1_000_000, 1_000_000 + passed)).toBe(text);
  });
});

describe('the time of day', () => {
  const at = new Date(2026, 2, 1, 4, 2, 9, 7).getTime();

  it('has milliseconds', () => {
    expect(formatClock(at)).toBe('04:02:09.007');
  });

  it('has the date in front, for titles', () => {
    expect(formatDateTime(at)).toBe('2026-03-01 04:02:09.007');
  });
});
