import { EventEmitter } from 'node:events';
import { Agent } from 'node:http';
import { Duplex, Readable, Transform } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { isBuiltInPrototype } from '../../../../../libs/nestrace/src/edges/autotrace/finding/built-in-prototypes.js';

describe('isBuiltInPrototype', () => {
  it.each([
    Object,
    Function,
    Array,
    Map,
    WeakMap,
    Promise,
    Error,
    RangeError,
    Date,
    URL,
    EventTarget,
    EventEmitter,
    Readable,
    Duplex,
    Transform,
  ])('knows that of $name', ({ prototype }) => {
    expect(isBuiltInPrototype(prototype)).toBe(true);
  });

  it('knows no others', () => {
    class Orders extends EventEmitter {}
    expect(isBuiltInPrototype(Orders.prototype)).toBe(false);
    expect(isBuiltInPrototype(new Orders())).toBe(false);
    expect(isBuiltInPrototype(Agent.prototype)).toBe(false);
    expect(isBuiltInPrototype({})).toBe(false);
  });
});
