import { trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectTrace } from '../../../../libs/nestrace/src/testing/expect-trace.js';
import { settled } from '../../support/held-exporter.js';
import { call, callGenerator } from '../../support/method-plan.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

const ended = () => tracing.spans.spans();
const open = () => tracing.spans.openSpans();

function inner(): number {
  return call(() => 1, { name: 'in generator' });
}

function* numbers(): Generator<number, string, string | undefined> {
  yield inner();
  yield 2;
  return 'end';
}

async function* eventually(): AsyncGenerator<number> {
  yield inner();
  await settled();
  yield inner();
}

function* echo(): Generator<string, void, string> {
  const heard = yield 'first';
  yield `heard ${heard}`;
}

function* careful(): Generator<number> {
  try {
    yield 1;
    yield 2;
  } finally {
    inner();
  }
}

function* stubborn(): Generator<number> {
  try {
    yield 1;
  } finally {
    yield 2;
  }
}

function* forgiving(): Generator<number> {
  try {
    yield 1;
  } catch {
    yield 2;
  }
}

function* outer(): Generator<number, string> {
  return yield* callGenerator(numbers, { name: 'delegate' });
}

const WRONG = new TypeError('wrong');

function* broken(): Generator<number> {
  yield 1;
  throw WRONG;
}

async function* brokenLater(): AsyncGenerator<number> {
  yield 1;
  throw WRONG;
}

describe('a traced generator', () => {
  it('gives what it gives, to a loop and step by step', () => {
    expect([...callGenerator(numbers)]).toEqual([1, 2]);
    const steps = callGenerator(numbers);
    expect([steps.next(), steps.next(), steps.next(), steps.next()]).toEqual([
      { value: 1, done: false },
      { value: 2, done: false },
      { value: 'end', done: true },
      { value: undefined, done: true },
    ]);
    expect(ended().filter(({ name }) => name === 'method')).toHaveLength(2);
  });

  it('stays the object it is', () => {
    const original = numbers();
    const traced = call(() => original);
    expect(traced).toBe(original);
    expect(Object.keys(traced)).toEqual([]);
    expect(traced[Symbol.iterator]()).toBe(traced);
  });

  it('takes values from its consumer', () => {
    const steps = callGenerator(echo);
    steps.next();
    expect(steps.next('hello').value).toBe('heard hello');
  });

  it('runs inside its span, and its consumer does not', () => {
    tracing.tracer.startActiveSpan('consumer', (consumer) => {
      for (const value of callGenerator(numbers)) {
        expect(trace.getActiveSpan()).toBe(consumer);
        call(() => value, { name: `consume ${value}` });
      }
      consumer.end();
    });
    expectTrace(ended(), {
      name: 'consumer',
      children: [
        { name: 'method', children: [{ name: 'in generator' }] },
        { name: 'consume 1' },
        { name: 'consume 2' },
      ],
    });
  });

  it('ends its span when the loop breaks, and cleans up inside of it', () => {
    for (const value of callGenerator(careful)) if (value === 1) break;
    expectTrace(ended(), {
      name: 'method',
      status: 'UNSET',
      children: [{ name: 'in generator' }],
    });
  });

  it('goes on when it answers a return with another value', () => {
    const steps = callGenerator(stubborn);
    steps.next();
    expect(steps.return(5)).toEqual({ value: 2, done: false });
    expect(open()).toEqual(['method']);
    expect(steps.next()).toEqual({ value: 5, done: true });
    expect(open()).toEqual([]);
  });

  it('ends its span with an error it throws, the very same for the consumer', () => {
    expect(() => [...callGenerator(broken)]).toThrow(WRONG);
    expectTrace(ended(), { name: 'method', status: 'ERROR', exceptions: ['TypeError'] });
  });

  it('ends its span with an error thrown into it that it does not catch', () => {
    const steps = callGenerator(numbers);
    steps.next();
    const error = new TypeError('from outside');
    expect(() => steps.throw(error)).toThrow(error);
    expectTrace(ended(), {
      name: 'method',
      status: 'ERROR',
      exceptions: ['TypeError'],
      children: 'any',
    });
  });

  it('goes on with an error thrown into it that it catches', () => {
    const steps = callGenerator(forgiving);
    steps.next();
    expect(steps.throw(new Error('caught'))).toEqual({ value: 2, done: false });
    expect(steps.next().done).toBe(true);
    expectTrace(ended(), { name: 'method', status: 'UNSET', exceptions: [] });
  });

  it('may lack the steps nobody needs', () => {
    const iterator = { [Symbol.toStringTag]: 'Generator', next: () => ({ done: true, value: 1 }) };
    const traced = call(() => iterator);
    expect(Object.hasOwn(traced, 'return')).toBe(false);
    expect(open()).toEqual(['method']);
    expect(traced.next()).toEqual({ done: true, value: 1 });
    expect(ended()).toHaveLength(1);
  });

  it('can be delegated to', () => {
    const steps = callGenerator(outer);
    expect([...steps]).toEqual([1, 2]);
    expectTrace(ended(), {
      name: 'method',
      children: [{ name: 'delegate', children: [{ name: 'in generator' }] }],
    });
  });

  it('leaves a span that took no time when it is returned before its first step', () => {
    const steps = callGenerator(numbers);
    expect(steps.return('early')).toEqual({ value: 'early', done: true });
    expectTrace(ended(), { name: 'method' });
  });

  it('asks for its span once, even when there is none', () => {
    tracing.stop();
    const steps = callGenerator(numbers);
    steps.next();
    tracing = startTracing();
    expect([...steps]).toEqual([2]);
    expect(ended()).toEqual([]);
  });

  it('tells onResult that it is done', () => {
    const steps = callGenerator(numbers, {
      onResult: (result, span) => {
        span.setAttribute('result', String(result));
      },
    });
    expect([...steps]).toHaveLength(2);
    expect(ended().at(-1)?.attributes).toEqual({ result: 'undefined' });
  });
});

describe('a traced async generator', () => {
  it('runs inside its span across awaits, and its consumer does not', async () => {
    await tracing.tracer.startActiveSpan('consumer', async (consumer) => {
      for await (const value of callGenerator(eventually)) {
        expect(trace.getActiveSpan()).toBe(consumer);
        call(() => value, { name: 'consume' });
      }
      consumer.end();
    });
    expectTrace(ended(), {
      name: 'consumer',
      children: [
        { name: 'method', children: [{ name: 'in generator' }, { name: 'in generator' }] },
        { name: 'consume' },
        { name: 'consume' },
      ],
    });
  });

  it('starts its span at the first step and keeps it open between steps', async () => {
    const steps = callGenerator(eventually);
    expect(open()).toEqual([]);
    await steps.next();
    expect(open()).toEqual(['method']);
    await steps.next();
    expect(open()).toEqual(['method']);
    await expect(steps.next()).resolves.toEqual({ value: undefined, done: true });
    expect(open()).toEqual([]);
  });

  it('ends its span with an error, the very same for the consumer', async () => {
    const steps = callGenerator(brokenLater);
    await expect(steps.next()).resolves.toEqual({ value: 1, done: false });
    await expect(steps.next()).rejects.toBe(WRONG);
    expectTrace(ended(), { name: 'method', status: 'ERROR', exceptions: ['TypeError'] });
  });

  it('ends its span when the loop breaks', async () => {
    for await (const value of callGenerator(eventually)) if (value === 1) break;
    expectTrace(ended(), {
      name: 'method',
      status: 'UNSET',
      children: [{ name: 'in generator' }],
    });
  });

  it('answers steps that were asked for at once in their order', async () => {
    const steps = callGenerator(eventually);
    const results = await Promise.all([steps.next(), steps.next(), steps.next(), steps.next()]);
    expect(results.map(({ done }) => done)).toEqual([false, false, true, true]);
    expect(ended().filter(({ name }) => name === 'method')).toHaveLength(1);
  });

  it('can have an error thrown into it', async () => {
    const steps = callGenerator(eventually);
    await steps.next();
    const error = new Error('from outside');
    await expect(steps.throw(error)).rejects.toBe(error);
    expect(ended().at(-1)).toMatchObject({ name: 'method', status: { code: 'ERROR' } });
  });
});
