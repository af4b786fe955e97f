import { describe, expect, it } from 'vitest';
import { BoundedMap } from '../../../libs/nestrace/src/core/bounded-map.js';

describe('BoundedMap', () => {
  it('remembers what was set', () => {
    const map = new BoundedMap<string, number>(3);
    map.set('a', 1);
    expect(map.get('a')).toBe(1);
    expect(map.get('b')).toBeUndefined();
    expect(map.size).toBe(1);
  });

  it('lets the oldest entry make room for the newest', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('c', 3);
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 2, 3]);
    expect(map.size).toBe(2);
  });

  it('replaces the value of a known key without dropping another one', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 10);
    expect([map.get('a'), map.get('b')]).toEqual([10, 2]);
    expect(map.size).toBe(2);
  });

  it('never grows over its limit, however many keys come', () => {
    const map = new BoundedMap<number, number>(10);
    for (let key = 0; key < 10_000; key++) map.set(key, key);
    expect(map.size).toBe(10);
    expect(map.get(9_989)).toBeUndefined();
    expect(map.get(9_990)).toBe(9_990);
  });

  it('tells a stored undefined key from an empty map', () => {
    const map = new BoundedMap<undefined, string>(1);
    map.set(undefined, 'first');
    map.set(undefined, 'second');
    expect(map.get(undefined)).toBe('second');
    expect(map.size).toBe(1);
  });

  it('keeps working with room for nothing but the newest entry', () => {
    const map = new BoundedMap<string, number>(0);
    map.set('a', 1);
    map.set('b', 2);
    expect(map.size).toBe(1);
    expect(map.get('b')).toBe(2);
  });
});
