import { describe, expect, it } from 'vitest';
import { frozenCopy } from '../../../libs/nestrace/src/core/frozen-copy.js';

class Counter {
  count = 0;
}

describe('frozenCopy', () => {
  it('freezes objects and lists all the way down', () => {
    const value = frozenCopy({ a: { b: [{ c: 1 }] } });
    expect(value).toEqual({ a: { b: [{ c: 1 }] } });
    expect(Object.isFrozen(value)).toBe(true);
    expect(Object.isFrozen(value.a)).toBe(true);
    expect(Object.isFrozen(value.a.b)).toBe(true);
    expect(Object.isFrozen(value.a.b[0])).toBe(true);
  });

  it('leaves the original as it was', () => {
    const original = { a: { b: [{ c: 1 }] } };
    frozenCopy(original);
    original.a.b.push({ c: 2 });
    original.a = { b: [] };
    expect(original).toEqual({ a: { b: [] } });
  });

  it('copies objects without a prototype', () => {
    const bare: Record<string, unknown> = Object.assign(Object.create(null), { inner: {} });
    const value = frozenCopy(bare);
    expect(value).toEqual({ inner: {} });
    expect(Object.isFrozen(value['inner'])).toBe(true);
  });

  it('takes __proto__ for a name like any other', () => {
    const value = frozenCopy(JSON.parse('{ "__proto__": { "admin": true } }') as object);
    expect(Object.hasOwn(value, '__proto__')).toBe(true);
    expect('admin' in value).toBe(false);
  });

  it('leaves a spared object as it is, wherever it stands', () => {
    const spared = { count: 0, inner: {} };
    const value = frozenCopy({ list: [spared] }, new Set([spared]));
    expect(Object.isFrozen(value.list)).toBe(true);
    expect(value.list[0]).toBe(spared);
    expect(Object.isFrozen(spared)).toBe(false);
    expect(Object.isFrozen(spared.inner)).toBe(false);
  });

  it('leaves class instances, expressions, maps and functions as they are', () => {
    const original = { counter: new Counter(), call: () => {}, expression: /x/g, map: new Map() };
    const value = frozenCopy(original);
    expect(Object.values(value)).toEqual(Object.values(original));
    expect(value.counter).toBe(original.counter);
    value.counter.count++;
    expect(original.counter.count).toBe(1);
    for (const member of Object.values(value)) expect(Object.isFrozen(member)).toBe(false);
  });

  it.each([undefined, null, 0, '', false, Symbol('s'), 5n])('lets %s pass', (value) => {
    expect(frozenCopy(value)).toBe(value);
  });

  it('ends on a value that contains itself', () => {
    const value: Record<string, unknown> = {};
    value['self'] = value;
    const copy = frozenCopy(value);
    expect(copy['self']).toBe(copy);
    expect(Object.isFrozen(copy)).toBe(true);
  });
});
