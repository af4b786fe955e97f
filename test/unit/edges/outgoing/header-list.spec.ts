import { describe, expect, it } from 'vitest';
import {
  findInList,
  isNamed,
  setInList,
} from '../../../../libs/nestrace/src/edges/outgoing/header-list.js';

describe('a list of headers', () => {
  it('is searched by name, whatever its case, and not by value', () => {
    const headers = ['x-name', 'b', 'B', 'found'];
    expect(findInList(headers, 'b')).toBe('found');
    expect(findInList(headers, 'found')).toBeUndefined();
  });

  it('has last what was added last', () => {
    expect(findInList(['b', 'first', 'a', 'a', 'B', 'last'], 'b')).toBe('last');
  });

  it('keeps the order of all others when a header is set, and has it once', () => {
    const headers = ['B', '1', 'a', 'b', 'b', '2', 'c', 'd'];
    setInList(headers, 'b', '3');
    expect(headers).toEqual(['a', 'b', 'c', 'd', 'b', '3']);
  });

  it('takes names of any form for what they are', () => {
    expect(isNamed(Buffer.from('Host'), 'host')).toBe(true);
    expect(isNamed(undefined, 'host')).toBe(false);
  });
});
