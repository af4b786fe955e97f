import { describe, expect, it } from 'vitest';
import {
  formatDuration,
  formatMicros,
  spokenDuration,
} from '../../../libs/panel-web/src/format/duration.js';

describe('formatDuration', () => {
  it.each([
    [0, '0 µs'],
    [0.84, '840 µs'],
    [0.9996, '1 ms'],
    [4.2, '4.2 ms'],
    [9.999, '10 ms'],
    [12.74, '12.7 ms'],
    [128.4, '128 ms'],
    [999.6, '1 s'],
    [4210, '4.21 s'],
    [59_994, '60 s'],
    [59_996, '1 m 00 s'],
    [125_000, '2 m 05 s'],
    [3_700_000, '1 h 01 m'],
    [-5, '−5 ms'],
    [Number.NaN, '–'],
  ])('writes %d ms as %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  it('takes microseconds', () => {
    expect(formatMicros(1500)).toBe('1.5 ms');
  });

  it('says units in words', () => {
    expect(spokenDuration(128)).toBe('128 milliseconds');
    expect(spokenDuration(125_000)).toBe('2 m 05 s');
  });
});
