import { describe, expect, it } from 'vitest';
import { cut, keep } from '../../../../libs/nestrace/src/pipeline/spans/span-limits.js';

describe('cut', () => {
  it('shortens texts, alone and in lists, and nothing else', () => {
    expect(cut('abcdef', 3)).toBe('abc');
    expect(cut('abc', 3)).toBe('abc');
    expect(cut(['abcdef', 'a', null], 3)).toEqual(['abc', 'a', null]);
    expect(cut(123456, 3)).toBe(123456);
    expect(cut([123456], 3)).toEqual([123456]);
    expect(cut(true, 3)).toBe(true);
  });

  it('gives a list of its own, so that it cannot change any more', () => {
    const list = ['a'];
    expect(cut(list, 3)).not.toBe(list);
  });
});

describe('keep', () => {
  it('copies what is fit until there is no room, and counts the rest', () => {
    const given = { a: 'abcdef', bad: {} as string, '': 1, b: 2, c: 3, d: 4 };
    expect(keep(given, 2, 3)).toEqual({ attributes: { a: 'abc', b: 2 }, count: 2, dropped: 2 });
  });

  it('takes nothing for nothing', () => {
    expect(keep(undefined, 2, 3)).toEqual({ attributes: {}, count: 0, dropped: 0 });
  });
});
