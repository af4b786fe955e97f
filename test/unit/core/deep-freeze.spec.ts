import { describe, expect, it } from 'vitest';
import { deepFreeze } from '../../../libs/nestrace/src/core/deep-freeze.js';

class Counter {
  count = 0;
}

describe('deepFreeze', () => {
  it('freezes objects and lists all the way down', () => {
    const value = deepFreeze({ a: { b: [{ c: 1 }] } });
    expect(Object.isFrozen(value)).toBe(true);
    expect(Object.isFrozen(value.a)).toBe(true);
    expect(Object.isFrozen(value.a.b)).toBe(true);
    expect(Object.isFrozen(value.a.b[0])).toBe(true);
  });

  it('freezes objects without a prototype', () => {
    const bare: Record<string, unknown> = Object.assign(Object.create(null), { inner: {} });
    deepFreeze(bare);
    expect(Object.isFrozen(bare)).toBe(true);
    expect(Object.isFrozen(bare['inner'])).toBe(true);
  });

  it('leaves a spared object as it is, wherever it stands', () => {
    const spared = { count: 0, inner: {} };
    const value = deepFreeze({ list: [spared] }, new Set([spared]));
    expect(Object.isFrozen(value.list)).toBe(true);
    expect(Object.isFrozen(spared)).toBe(false);
    expect(Object.isFrozen(spared.inner)).toBe(false);
  });

  it('leaves class instances, expressions, maps and functions as they are', () => {
    const counter = new Counter();
    const value = deepFreeze({ counter, call: () => {}, expression: /x/g, map: new Map() });
    counter.count++;
    expect(counter.count).toBe(1);
    for (const member of Object.values(value)) expect(Object.isFrozen(member)).toBe(false);
  });

  it('returns the very same value', () => {
    const value = { a: 1 };
    expect(deepFreeze(value)).toBe(value);
  });

  it.each([undefined, null, 0, '', false, Symbol('s'), 5n])('lets %s pass', (value) => {
    expect(deepFreeze(value)).toBe(value);
  });

  it('ends on a value that contains itself', () => {
    const value: Record<string, unknown> = {};
    value['self'] = value;
    deepFreeze(value);
    expect(Object.isFrozen(value)).toBe(true);
  });
});
