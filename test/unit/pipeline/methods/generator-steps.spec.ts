import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  isGeneratorObject,
  wrapSteps,
} from '../../../../libs/nestrace/src/pipeline/methods/generator-steps.js';

function* numbers(): Generator<number, string, unknown> {
  yield 1;
  yield 2;
  return 'end';
}

async function* eventually(): AsyncGenerator<number> {
  yield 1;
}

describe('isGeneratorObject', () => {
  it('knows generators of both kinds', () => {
    expect(isGeneratorObject(numbers())).toBe(true);
    expect(isGeneratorObject(eventually())).toBe(true);
  });

  it.each([
    ['a list', []],
    ['an iterator', [][Symbol.iterator]()],
    ['a map', new Map()],
    ['a stream', Readable.from([])],
    ['a plain object', { next: () => ({ done: true }) }],
  ])('does not take %s for one', (_, value) => {
    expect(isGeneratorObject(value)).toBe(false);
  });
});

describe('wrapSteps', () => {
  it('is around every step, and hands over what goes in and out', () => {
    const received: unknown[] = [];
    function* echo(): Generator<number, void, unknown> {
      received.push(yield 1);
      try {
        yield 2;
      } catch (error) {
        received.push(error);
      }
      yield 3;
    }
    let steps = 0;
    const iterator = echo();
    wrapSteps(iterator, (step) => {
      steps++;
      return step();
    });
    expect(iterator.next()).toEqual({ done: false, value: 1 });
    expect(iterator.next('in')).toEqual({ done: false, value: 2 });
    expect(iterator.throw('wrong')).toEqual({ done: false, value: 3 });
    expect(iterator.return()).toEqual({ done: true, value: undefined });
    expect(received).toEqual(['in', 'wrong']);
    expect(steps).toBe(4);
  });

  it('keeps a generator an object of its kind', () => {
    const iterator = numbers();
    wrapSteps(iterator, (step) => step());
    expect(Object.keys(iterator)).toEqual([]);
    expect(iterator[Symbol.iterator]()).toBe(iterator);
    expect([...iterator]).toEqual([1, 2]);
  });

  it('leaves out the steps an iterator does not have', () => {
    const iterator = { next: () => ({ done: true, value: 1 }) };
    wrapSteps(iterator, (step) => step());
    expect(Object.getOwnPropertyNames(iterator)).toEqual(['next']);
    expect(iterator.next()).toEqual({ done: true, value: 1 });
  });
});
