import { describe, expect, it } from 'vitest';
import {
  paint,
  type Paint,
} from '../../../../../libs/nestrace/src/pipeline/exporters/console/paint.js';

const BRUSHES: readonly [brush: keyof Paint, on: number, off: number][] = [
  ['bold', 1, 22],
  ['dim', 2, 22],
  ['red', 31, 39],
  ['green', 32, 39],
  ['yellow', 33, 39],
  ['blue', 34, 39],
  ['magenta', 35, 39],
  ['cyan', 36, 39],
];

describe('paint', () => {
  it.each(BRUSHES)('has a brush called %s that ends what it begins', (brush, on, off) => {
    expect(paint(true)[brush]('text')).toBe(`\u001b[${on}mtext\u001b[${off}m`);
  });

  it.each(BRUSHES)('leaves the text as it is without colours: %s', (brush) => {
    expect(paint(false)[brush]('text')).toBe('text');
  });
});
