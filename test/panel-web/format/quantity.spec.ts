import { describe, expect, it } from 'vitest';
import {
  formatBytes,
  formatCount,
  formatPercent,
  plural,
} from '../../../libs/panel-web/src/format/quantity.js';

describe('quantities', () => {
  it('groups digits by three', () => {
    expect([999, 1204, 1_234_567].map(formatCount)).toEqual([
      '999',
      '1\u202f204',
      '1\u202f234\u202f567',
    ]);
  });

  it('uses the plural for everything but one', () => {
    expect([0, 1, 2].map((count) => plural(count, 'trace'))).toEqual([
      '0 traces',
      '1 trace',
      '2 traces',
    ]);
    expect(plural(2, 'query', 'queries')).toBe('2 queries');
  });

  it.each([
    [812, '812 B'],
    [4200, '4.2 kB'],
    [999_600, '1 MB'],
    [64_000_000, '64 MB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it('has no percentage of nothing', () => {
    expect(formatPercent(1, 0)).toBe('0 %');
    expect(formatPercent(84, 112)).toBe('75 %');
  });
});
