import { runInNewContext } from 'node:vm';
import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { connectable, Observable, of, ReplaySubject, Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import {
  callTraced,
  callTracedGenerator,
} from '../../../../libs/nestrace/src/pipeline/methods/traced-call.js';
import { untracedContext } from '../../../../libs/nestrace/src/pipeline/untraced.js';
import { expectTrace } from '../../../../libs/nestrace/src/testing/expect-trace.js';
import { deferred } from '../../support/deferred.js';
import { settled } from '../../support/held-exporter.js';
import { call, callGenerator, planOf } from '../../support/method-plan.js';
import { NOTHING, startTracing, type Tracing } from '../../support/tracing.js';
import { unhandledDuring } from '../../support/unhandled-during.js';

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

const ended = () => tracing.spans.spans();
const open = () => tracing.spans.openSpans();

function throws(): never {
  throw new Error('callback');
}

function echoCall(this: unknown, ...args: unknown[]): unknown {
  return [this, ...args];
}

function* echoSteps(this: unknown, ...args: unknown[]): Generator {
  yield this;
  yield* args;
}

function* numbers(): Generator<number> {
  yield 1;
  yield 2;
}

describe('a method that returns', () => {
  it.each([undefined, null, 0, '', false, 5n, Symbol.iterator, () => 1, [1], new Map()])(
    'gives its result to the caller, number %#',
    (result) => {
      expect(call(() => result)).toBe(result);
      expectTrace(ended(), { name: 'method', status: 'UNSET', exceptions: [] });
    },
  );

  it('gets its receiver and its arguments, the very objects', () => {
    const receiver = {};
    const argument = {};
    const args = [argument, undefined, 1];
    const result = callTraced(planOf(), echoCall, receiver, args) as unknown[];
    expect(result).toHaveLength(4);
    expect(result[0]).toBe(receiver);
    expect(result[1]).toBe(argument);
    expect(result.slice(2)).toEqual([undefined, 1]);
  });

  it('runs inside its span, and the caller does not', () => {
    const outer = trace.getActiveSpan();
    call(() => {
      call(() => 1, { name: 'inner' });
      return 1;
    });
    expect(trace.getActiveSpan()).toBe(outer);
    expectTrace(ended(), { name: 'method', children: [{ name: 'inner' }] });
  });

  it('has kind and attributes of its plan', () => {
    call(() => 1, { kind: SpanKind.PRODUCER, attributes: { a: 1 } });
    expectTrace(ended(), { name: 'method', kind: 'PRODUCER', attributes: { a: 1 } });
  });
});

describe('a method that throws', () => {
  it.each([new Error('wrong'), 'text', undefined, null, Object.create(null)])(
    'throws the very same to the caller, number %#',
    (error) => {
      const caught = vi.fn<(reason: unknown) => void>();
      try {
        call(() => {
          throw error;
        });
      } catch (reason) {
        caught(reason);
      }
      expect(caught).toHaveBeenCalledOnce();
      expect(caught.mock.calls[0]?.[0]).toBe(error);
      expect(ended()).toHaveLength(1);
    },
  );

  it('leaves a span that tells why', () => {
    expect(() =>
      call(() => {
        throw new TypeError('wrong');
      }),
    ).toThrow('wrong');
    expectTrace(ended(), {
      name: 'method',
      status: 'ERROR',
      statusMessage: 'wrong',
      attributes: { 'error.type': 'TypeError' },
      exceptions: ['TypeError'],
    });
  });

  it('records an error once on its way up', () => {
    const inner = vi.fn<() => never>(() => {
      throw new Error('wrong');
    });
    const outer = vi.fn<() => never>(() => call(inner, { name: 'inner' }));
    expect(() => call(outer, { name: 'outer' })).toThrow('wrong');
    expectTrace(ended(), {
      name: 'outer',
      status: 'ERROR',
      exceptions: [],
      children: [{ name: 'inner', status: 'ERROR', exceptions: ['Error'] }],
    });
  });
});

describe('a method that returns a promise', () => {
  it('has a span until it fulfils', async () => {
    const later = deferred<string>();
    const result = call(() => later.promise);
    expect(open()).toEqual(['method']);
    later.resolve('value');
    await expect(result).resolves.toBe('value');
    expectTrace(ended(), { name: 'method', status: 'UNSET' });
  });

  it('has a span until it rejects, and rejects with the very same', async () => {
    const later = deferred();
    const result = call(() => later.promise);
    const error = new Error('wrong');
    later.reject(error);
    await expect(result).rejects.toBe(error);
    expectTrace(ended(), { name: 'method', status: 'ERROR', exceptions: ['Error'] });
  });

  it('keeps its span active across awaits', async () => {
    await call(async () => {
      await settled();
      call(() => 1, { name: 'inner' });
    });
    expectTrace(ended(), { name: 'method', children: [{ name: 'inner' }] });
  });

  it('stays unhandled when nobody handles what an async function returns', async () => {
    const error = new Error('unhandled');
    const seen = await unhandledDuring(() => {
      void call(async () => {
        throw error;
      });
    });
    expect(seen).toEqual([error]);
  });

  it('stays the same promise where the method may have shown it to others', async () => {
    const later = deferred<number>();
    const promise = later.promise;
    expect(call(() => promise)).toBe(promise);
    later.resolve(1);
    await settled();
    expect(ended()).toHaveLength(1);
  });

  it('is no longer unhandled when the method itself has handled it', async () => {
    const seen = await unhandledDuring(() => {
      void call(() => {
        const promise = Promise.reject(new Error('handled'));
        promise.catch(() => {});
        return promise;
      });
    });
    expect(seen).toEqual([]);
    expectTrace(ended(), { name: 'method', status: 'ERROR', exceptions: ['Error'] });
  });

  it('is no longer unhandled when the caller handles it', async () => {
    const seen = await unhandledDuring(() => {
      call(() => Promise.reject(new Error('handled'))).catch(() => {});
    });
    expect(seen).toEqual([]);
  });

  it('keeps the class of the promise', async () => {
    class Cancellable<T> extends Promise<T> {
      cancel(): string {
        return 'cancelled';
      }
    }
    const result = call(() => Cancellable.resolve(7) as Cancellable<number>);
    expect(result).toBeInstanceOf(Cancellable);
    expect(result.cancel()).toBe('cancelled');
    await expect(result).resolves.toBe(7);
    expect(ended()).toHaveLength(1);
  });

  it('keeps a promise with properties of its own, which the caller may need', async () => {
    const later = deferred<number>();
    const decorated = Object.assign(later.promise, { kill: () => 'killed' });
    const result = call(() => decorated);
    expect(result).toBe(decorated);
    expect(result.kill()).toBe('killed');
    expect(open()).toEqual(['method']);
    later.resolve(7);
    await expect(result).resolves.toBe(7);
    expect(ended()).toHaveLength(1);
  });

  it('marks the span when a promise with properties of its own rejects', async () => {
    const error = new Error('wrong');
    const decorated = Object.assign(Promise.reject(error), { kill: () => 'killed' });
    await expect(call(() => decorated)).rejects.toBe(error);
    expectTrace(ended(), { name: 'method', status: 'ERROR', exceptions: ['Error'] });
  });

  it('traces a promise of another realm', async () => {
    const foreign = runInNewContext('Promise.resolve(7)') as Promise<number>;
    expect(foreign).not.toBeInstanceOf(Promise);
    const result = call(() => foreign);
    expect(open()).toEqual(['method']);
    await expect(result).resolves.toBe(7);
    expect(ended()).toHaveLength(1);
  });
});

describe('a method that returns something one can wait for, but no usual promise', () => {
  it('gives a promise of a subclass away as it is, with what it keeps to itself', async () => {
    class Cancelable extends Promise<number> {
      #cancelled = false;

      cancel(): boolean {
        return (this.#cancelled = !this.#cancelled);
      }
    }
    let made = 0;
    void Object.defineProperty(Cancelable, Symbol.species, {
      get: () => {
        made++;
        return Promise;
      },
    });
    const promise = new Cancelable((resolve) => {
      resolve(7);
    });
    const result = call(() => promise);
    expect(result).toBe(promise);
    expect(result.cancel()).toBe(true);
    expect(made).toBe(0);
    expect(ended()).toHaveLength(1);
    await expect(result).resolves.toBe(7);
  });

  it('gives a foreign thenable away without touching it', () => {
    const then = vi.fn<() => void>();
    // oxlint-disable-next-line unicorn/no-thenable -- the very thing under test
    const builder = { where: () => builder, then };
    expect(call(() => builder)).toBe(builder);
    expect(then).not.toHaveBeenCalled();
    expect(ended()).toHaveLength(1);
  });

  it('does not even look at the then of a foreign thenable', () => {
    const looked = vi.fn<() => void>();
    // oxlint-disable-next-line unicorn/no-thenable -- the very thing under test
    const builder = Object.defineProperty({}, 'then', { get: looked });
    expect(call(() => builder)).toBe(builder);
    expect(looked).not.toHaveBeenCalled();
  });

  it('does not start a lazy promise that has a then of its own', () => {
    const begun = vi.fn<() => void>();
    class Lazy<T> extends Promise<T> {
      // oxlint-disable-next-line unicorn/no-thenable -- the very thing under test
      override then(): never {
        begun();
        throw new Error('started');
      }
    }
    const lazy = new Lazy(() => {});
    expect(call(() => lazy)).toBe(lazy);
    expect(begun).not.toHaveBeenCalled();
    expect(ended()).toHaveLength(1);
  });

  it('does not start a lazy promise whose then is bound', () => {
    const begun = vi.fn<() => void>();
    const lazy = new Promise(() => {});
    // oxlint-disable-next-line unicorn/no-thenable -- the very thing under test
    void Object.defineProperty(lazy, 'then', { value: begun.bind(undefined) });
    expect(call(() => lazy)).toBe(lazy);
    expect(begun).not.toHaveBeenCalled();
    expect(ended()).toHaveLength(1);
  });
});

describe('a method that returns an Observable', () => {
  it('gives another one away, which does the same', () => {
    const values: number[] = [];
    call(() => of(1, 2, 3)).subscribe((value) => values.push(value));
    expect(values).toEqual([1, 2, 3]);
    expect(ended()).toHaveLength(1);
  });

  it.each([
    ['a Subject', new Subject()],
    ['a ReplaySubject', new ReplaySubject()],
    ['one that can be connected', connectable(of(1))],
    ['one of a class of its own', new (class Store extends Observable<number> {})()],
    ['one with properties of its own', Object.assign(new Observable(), { id: 7 })],
  ])('gives %s away as it is', (_, observable) => {
    expect(call(() => observable)).toBe(observable);
    expect(ended()).toHaveLength(1);
  });

  it('traces one that came out of a pipe', () => {
    const subject = new Subject<number>();
    const result = call(() => subject.asObservable());
    const subscription = result.subscribe();
    expect(open()).toEqual(['method']);
    subscription.unsubscribe();
    expect(ended()).toHaveLength(1);
  });
});

describe('a method that returns a generator object', () => {
  it('has a span until the generator is done', () => {
    const result = call(numbers);
    expect(open()).toEqual(['method']);
    expect([...result]).toEqual([1, 2]);
    expect(ended()).toHaveLength(1);
  });

  it('leaves collections and their iterators alone', () => {
    const list = [1, 2];
    expect(call(() => list)).toBe(list);
    const iterator = list.values();
    expect(call(() => iterator)).toBe(iterator);
    expect([...iterator]).toEqual([1, 2]);
    expect(ended()).toHaveLength(2);
  });
});

describe('a generator method', () => {
  it('does not start its span before the first step', () => {
    const generator = callGenerator(function* steps(): Generator<number> {
      yield 1;
    });
    expect(open()).toEqual([]);
    generator.next();
    expect(open()).toEqual(['method']);
    generator.next();
    expect(ended()).toHaveLength(1);
  });

  it('starts no span when it is not used at all', () => {
    callGenerator(function* never(): Generator<number> {
      yield 1;
    });
    expect(open()).toEqual([]);
    expect(ended()).toEqual([]);
  });

  it('gets its receiver and its arguments', () => {
    const receiver = {};
    const steps = callTracedGenerator(planOf(), echoSteps, receiver, [1, 2]);
    expect([...(steps as Generator)]).toEqual([receiver, 1, 2]);
  });

  it('gives away what is no generator object', () => {
    expect(callGenerator(() => 5)).toBe(5);
    // oxlint-disable-next-line unicorn/no-null -- what a broken method may return
    expect(callGenerator(() => null)).toBeNull();
  });
});

describe('a result that refuses to be looked at', () => {
  it.each([
    [
      'a strict object, which throws for names it does not have',
      new Proxy<object>(
        {},
        {
          get: (target, name) => {
            if (!(name in target)) throw new ReferenceError(`unknown: ${String(name)}`);
            return Reflect.get(target, name) as unknown;
          },
        },
      ),
    ],
    [
      'an object that throws at everything',
      new Proxy({}, { get: throws, has: throws, getPrototypeOf: throws, ownKeys: throws }),
    ],
    [
      'an object whose tag cannot be read',
      Object.defineProperty({}, Symbol.toStringTag, { get: throws }),
    ],
  ])('reaches the caller unharmed: %s', (_, result) => {
    const same = call(() => result) === result;
    expect(same).toBe(true);
    expect(ended()).toMatchObject([{ status: { code: 'UNSET' } }]);
  });
});

describe('onResult', () => {
  it('gets what the method returned', () => {
    call(() => 7, {
      onResult: (result, span) => {
        span.setAttribute('result', Number(result));
      },
    });
    expectTrace(ended(), { name: 'method', attributes: { result: 7 } });
  });

  it('gets what the promise of the method became', async () => {
    await call(async () => 7, {
      onResult: (result, span) => {
        span.setAttribute('result', Number(result));
      },
    });
    expectTrace(ended(), { name: 'method', attributes: { result: 7 } });
  });

  it('is not called for a method that fails', async () => {
    const onResult = vi.fn<() => void>();
    await expect(call(() => Promise.reject(new Error('x')), { onResult })).rejects.toThrow('x');
    expect(onResult).not.toHaveBeenCalled();
  });
});

describe('callbacks that throw', () => {
  it('harm neither the call nor the span', async () => {
    const site = ['traced.attributes', 'traced.result'] as const;
    const known = site.map((name) => failureCounts().get(name) ?? 0);
    const method = vi.fn<() => Promise<number>>(async () => 7);
    await expect(call(method, { describe: throws, links: throws, onResult: throws })).resolves.toBe(
      7,
    );
    expect(method).toHaveBeenCalledOnce();
    expectTrace(ended(), { name: 'method', status: 'UNSET', exceptions: [] });
    expect(site.map((name) => failureCounts().get(name))).toEqual([
      (known[0] ?? 0) + 2,
      (known[1] ?? 0) + 1,
    ]);
  });
});

describe('a method is called exactly once', () => {
  it('even when its span cannot be started', () => {
    vi.spyOn(tracing.tracer, 'startSpan').mockImplementation(throws);
    const method = vi.fn<() => number>(() => 7);
    expect(call(method)).toBe(7);
    expect(method).toHaveBeenCalledOnce();
    expect(ended()).toEqual([]);
  });

  it('even when its span cannot be started and it throws', () => {
    vi.spyOn(tracing.tracer, 'startSpan').mockImplementation(throws);
    const method = vi.fn<() => number>(() => {
      throw new TypeError('wrong');
    });
    expect(() => call(method)).toThrow('wrong');
    expect(method).toHaveBeenCalledOnce();
  });

  it('even when its span cannot be ended', () => {
    const method = vi.fn<() => number>(() => {
      const span = trace.getActiveSpan();
      if (span !== undefined) vi.spyOn(span, 'end').mockImplementation(throws);
      return 7;
    });
    expect(call(method)).toBe(7);
    expect(method).toHaveBeenCalledOnce();
  });
});

/** Nothing of the calls may differ from calls of the bare methods. */
function straight(): void {
  const promise = Promise.resolve(7);
  const thrown = new Error('wrong');
  expect(call(() => promise)).toBe(promise);
  expect(() =>
    call(() => {
      throw thrown;
    }),
  ).toThrow(thrown);
  const observable = of(1);
  expect(call(() => observable)).toBe(observable);
  expect([...callGenerator(numbers)]).toEqual([1, 2]);
}

describe('a straight call', () => {
  it('is all that happens while no application is there', () => {
    tracing.stop();
    straight();
    expect(ended()).toEqual([]);
  });

  it('is all that happens below a parent this process has left out', () => {
    context.with(untracedContext(ROOT_CONTEXT), straight);
    expect(ended()).toEqual([]);
    expect(open()).toEqual([]);
  });

  it('is all that happens below a root the sampler has refused', () => {
    tracing.stop();
    tracing = startTracing({ sampler: NOTHING });
    tracing.tracer.startActiveSpan('root', (root) => {
      straight();
      root.end();
    });
    expect(ended()).toEqual([]);
  });
});

describe('a method that is called after its request has ended', () => {
  it('is still part of the trace', () => {
    tracing.tracer.startActiveSpan('request', (request) => {
      request.end();
      call(() => 1);
    });
    expectTrace(ended(), { name: 'request', children: [{ name: 'method' }] });
  });
});

describe('a method with a trace of its own', () => {
  it('is linked to where it was called, and holds what it calls', () => {
    tracing.tracer.startActiveSpan('request', (request) => {
      call(() => call(() => 1, { name: 'inner' }), { root: true, name: 'job' });
      request.end();
    });
    const spans = ended();
    const job = spans.find(({ name }) => name === 'job');
    const request = spans.find(({ name }) => name === 'request');
    expectTrace(
      spans.filter(({ traceId }) => traceId === job?.traceId),
      { name: 'job', links: 1, children: [{ name: 'inner', links: 0 }] },
    );
    expectTrace(
      spans.filter(({ traceId }) => traceId === request?.traceId),
      { name: 'request' },
    );
    expect(job?.links).toEqual([{ traceId: request?.traceId, spanId: request?.spanId }]);
  });
});
