import 'reflect-metadata';
import { context, ROOT_CONTEXT, trace, type Context, type Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { connectable, lastValueFrom, Observable, of, Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DecoratorUsageError } from '../../../../libs/nestrace/src/core/errors/decorator-usage.error.js';
import { NoTrace } from '../../../../libs/nestrace/src/edges/manual/no-trace.decorator.js';
import { Traced } from '../../../../libs/nestrace/src/edges/manual/traced.decorator.js';
import { hasMark, UNTRACED } from '../../../../libs/nestrace/src/pipeline/methods/markers.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

class Inner {
  @Traced()
  work(): string {
    return 'done';
  }
}

class Health {
  readonly #inner = new Inner();

  @NoTrace()
  check(): string {
    return this.#inner.work();
  }

  @NoTrace()
  async later(): Promise<string> {
    await Promise.resolve();
    return this.#inner.work();
  }

  @NoTrace()
  stream(): Observable<string> {
    return new Observable((subscriber) => {
      subscriber.next(this.#inner.work());
      subscriber.complete();
    });
  }

  @NoTrace()
  *steps(): Generator<string> {
    yield this.#inner.work();
    yield this.#inner.work();
  }

  @NoTrace()
  async *laterSteps(): AsyncGenerator<string> {
    await Promise.resolve();
    yield this.#inner.work();
  }

  @NoTrace()
  fails(): never {
    throw new Error('no');
  }

  traced(): string {
    return this.#inner.work();
  }
}

@NoTrace()
class Hidden {
  readonly #inner = new Inner();

  work(): string {
    return this.#inner.work();
  }

  @Traced()
  own(): void {}
}

function* one(): Generator<number> {
  yield 1;
}

describe('@NoTrace()', () => {
  let tracing: Tracing;

  beforeEach(() => {
    tracing = startTracing();
  });
  afterEach(() => {
    tracing.stop();
  });

  const names = (): readonly string[] => tracing.spans.spans().map((span) => span.name);

  it('leaves no trace of what a method calls, at once or later', async () => {
    const health = new Health();
    expect(health.check()).toBe('done');
    expect(await health.later()).toBe('done');
    expect(await lastValueFrom(health.stream())).toBe('done');
    expect(names()).toEqual([]);
    expect(health.traced()).toBe('done');
    expect(names()).toEqual(['Inner.work']);
  });

  it('leaves no trace of the steps of a generator', async () => {
    const health = new Health();
    expect([...health.steps()]).toEqual(['done', 'done']);
    const later: string[] = [];
    for await (const step of health.laterSteps()) later.push(step);
    expect(later).toEqual(['done']);
    expect(names()).toEqual([]);
  });

  it('lets what comes between two steps of a generator be traced', () => {
    const health = new Health();
    for (const _ of health.steps()) health.traced();
    expect(names()).toEqual(['Inner.work', 'Inner.work']);
  });

  it('throws what the method throws', () => {
    expect(() => new Health().fails()).toThrow('no');
  });

  it.each([
    ['a Subject', new Subject()],
    ['one that can be connected', connectable(of(1))],
    ['one of a class of its own', new (class Feed extends Observable<number> {})()],
    [
      'an object that refuses to be asked',
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('asked');
          },
        },
      ),
    ],
  ])('hands out as it is: %s', (_, result) => {
    class Events {
      @NoTrace()
      all(): unknown {
        return result;
      }
    }
    expect(Object.is(new Events().all(), result)).toBe(true);
  });

  it('hands out a generator that cannot be changed', () => {
    class Frozen {
      @NoTrace()
      steps(): Generator<number> {
        return Object.freeze(one());
      }
    }
    expect([...new Frozen().steps()]).toEqual([1]);
  });

  describe('while tracing is off', () => {
    class Plain {
      @NoTrace()
      context(): Context {
        return context.active();
      }

      @NoTrace()
      observable(): Observable<number> {
        return numbers;
      }
    }
    const numbers = of(1);

    it('calls the method directly', () => {
      tracing.stop();
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
      const active = ROOT_CONTEXT.setValue(Symbol('key'), 'value');
      expect(context.with(active, () => new Plain().context())).toBe(active);
    });

    it('hands out the very Observable', () => {
      tracing.stop();
      expect(new Plain().observable()).toBe(numbers);
    });
  });

  it('keeps ids and tells other services not to record', () => {
    let seen: Span | undefined;
    class Caller {
      @NoTrace()
      call(): void {
        seen = trace.getSpan(context.active());
      }
    }
    const parent = tracing.tracer.startSpan('parent');
    context.with(trace.setSpan(context.active(), parent), () => {
      new Caller().call();
    });
    expect(seen?.spanContext()).toMatchObject({
      traceId: parent.spanContext().traceId,
      traceFlags: 0,
    });
    expect(trace.getActiveSpan()).toBeUndefined();
  });

  it('covers a class, except methods that say otherwise', () => {
    const hidden = new Hidden();
    expect(hidden.work()).toBe('done');
    hidden.own();
    expect(names()).toEqual(['Hidden.own']);
    expect(hasMark(Hidden, UNTRACED)).toBe(true);
  });

  it('does not wrap a method twice', () => {
    class Twice {
      @NoTrace()
      work(): void {}
    }
    const { work } = Twice.prototype;
    NoTrace()(Twice);
    expect(Twice.prototype.work).toBe(work);
  });

  it('refuses what is no method', () => {
    class Wrong {}
    const decorate = NoTrace() as PropertyDecorator;
    expect(() => {
      decorate(Wrong.prototype, 'size');
    }).toThrow(DecoratorUsageError);
  });
});
