import type { CallHandler } from '@nestjs/common';
import { context, trace } from '@opentelemetry/api';
import { lastValueFrom, of, throwError, type Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callInterceptor } from '../../../../../libs/nestrace/src/edges/autotrace/calls/call-interceptor.js';
import type { SpanExpectation } from '../../../../../libs/nestrace/src/testing/expect-trace.js';
import { expectBelow, inTrace } from '../../../support/in-trace.js';
import { planOf } from '../../../support/method-plan.js';
import { NOTHING, startTracing, type Tracing } from '../../../support/tracing.js';

type Intercept = (this: unknown, execution: unknown, next: CallHandler) => unknown;

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

const plan = planOf({ name: 'wrap', attributes: { 'code.function.name': 'Wrap.intercept' } });
const execution = { getType: () => 'http' };
const BEFORE: SpanExpectation = {
  name: 'wrap',
  attributes: { 'nest.interceptor.phase': 'before' },
};
const activeName = (): unknown => (trace.getActiveSpan() as { name?: string } | undefined)?.name;

/** A handler as Nest gives it. */
function handlerOf(handle: () => Observable<unknown> = () => of('answer')): CallHandler {
  return { handle };
}

/** Calls an interceptor as Nest does; what it gives is not subscribed. */
function call(intercept: Intercept, next: CallHandler = handlerOf()): unknown {
  return callInterceptor(plan, intercept as never, 'receiver', [execution, next, 'more']);
}

describe('an interceptor', () => {
  it('gets what it got', () => {
    const given: unknown[] = [];
    inTrace(tracing, () =>
      call(function (this: unknown, ...args) {
        given.push(this, args.length, args[0] === execution, args.at(2));
        return args[1].handle();
      }),
    );
    expect(given).toEqual(['receiver', 3, true, 'more']);
  });

  it('gives back what it gives where that is what the handler gave', async () => {
    let passed: unknown;
    const result = inTrace(tracing, () => call((_, next) => (passed = next.handle())));
    expect(result).toBe(passed);
    expect(await lastValueFrom(result as Observable<unknown>)).toBe('answer');
    expectBelow(tracing, BEFORE);
  });

  it('runs in its span, and the handler in that of the caller', async () => {
    const names: unknown[] = [];
    await inTrace(tracing, async () => {
      const result = call(
        (_, next) => {
          names.push(activeName());
          return next.handle();
        },
        handlerOf(() => {
          names.push(activeName());
          return of('answer');
        }),
      );
      names.push(activeName());
      return lastValueFrom(result as Observable<unknown>);
    });
    expect(names).toEqual(['wrap', 'root', 'root']);
    expectBelow(tracing, BEFORE);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a list', ['answer']],
    ['a text', 'answer'],
    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is about
    ['a thenable', { then: (done: (value: string) => void) => done('answer') }],
  ])('gives back what is no Observable: %s', (_, given) => {
    expect(inTrace(tracing, () => call(() => given))).toBe(given);
    expectBelow(tracing, BEFORE);
  });

  it('throws what it throws', () => {
    const failure = new RangeError('no');
    const fail = (): never => {
      throw failure;
    };
    expect(() => inTrace(tracing, () => call(fail))).toThrow(failure);
    expectBelow(tracing, { ...BEFORE, status: 'ERROR', exceptions: ['RangeError'] });
  });

  it('rejects with what it rejects with', async () => {
    const failure = new RangeError('no');
    await expect(inTrace(tracing, () => call(async () => Promise.reject(failure)))).rejects.toBe(
      failure,
    );
    expectBelow(tracing, { ...BEFORE, status: 'ERROR', exceptions: ['RangeError'] });
  });

  it('lasts until it has resolved, and what it resolved to has answered', async () => {
    await inTrace(tracing, async () => {
      const result = await (call(async () => of('short')) as Promise<Observable<unknown>>);
      expect(tracing.spans.openSpans()).toEqual(['root', 'wrap']);
      expect(await lastValueFrom(result)).toBe('short');
    });
    expectBelow(tracing, BEFORE);
  });

  it('is called directly where there is no handler', () => {
    const args = [execution, {}];
    const intercept = (...given: readonly unknown[]): boolean => given[1] === args[1];
    expect(inTrace(tracing, () => callInterceptor(plan, intercept, undefined, args))).toBe(true);
    expect(inTrace(tracing, () => callInterceptor(plan, () => 'none', undefined, []))).toBe('none');
    expect(tracing.spans.spans().map(({ name }) => name)).toEqual(['root', 'root']);
  });

  it('is called directly where nothing is recorded', () => {
    tracing.stop();
    tracing = startTracing({ sampler: NOTHING });
    const next = handlerOf();
    expect(inTrace(tracing, () => call((_, given) => given === next, next))).toBe(true);
    expect(tracing.spans.spans()).toEqual([]);
  });
});

describe('the handler as an interceptor sees it', () => {
  it('can be called without a receiver, and copied', () => {
    const answers = inTrace(tracing, () =>
      call((_, next) => {
        const { handle } = next;
        return [handle(), { ...next }.handle(), Object.keys(next)];
      }),
    );
    expect(answers).toEqual([expect.anything(), expect.anything(), ['handle']]);
  });

  it('has what the one of Nest has', () => {
    class Handler {
      readonly more = 'more';
      handle(): Observable<unknown> {
        return of(this.more);
      }
      help(): string {
        return `help ${this.more}`;
      }
    }
    const next = new Handler();
    const seen = inTrace(tracing, () =>
      call((_, given) => {
        const handler = given as Handler;
        return [handler.more, handler.help(), handler instanceof Handler, handler === next];
      }, next),
    );
    expect(seen).toEqual(['more', 'help more', true, false]);
  });

  it('calls that of Nest as its method, each time', async () => {
    class Handler {
      calls = 0;
      handle(): Observable<number> {
        return of(++this.calls);
      }
    }
    const next = new Handler();
    const answers = inTrace(tracing, () =>
      call((_, given) => [given.handle(), given.handle()], next),
    ) as Observable<number>[];
    expect(await Promise.all(answers.map((answer) => lastValueFrom(answer)))).toEqual([1, 2]);
    expect(next.calls).toBe(2);
  });

  it('throws and fails as that of Nest', async () => {
    const failure = new RangeError('no');
    const throwing = handlerOf(() => {
      throw failure;
    });
    expect(() => inTrace(tracing, () => call((_, next) => next.handle(), throwing))).toThrow(
      failure,
    );
    const failing = handlerOf(() => throwError(() => failure));
    const answer = inTrace(tracing, () => call((_, next) => next.handle(), failing));
    await expect(lastValueFrom(answer as Observable<unknown>)).rejects.toBe(failure);
  });

  it('gives back what is no Observable', () => {
    const odd = handlerOf(() => 'odd' as never);
    expect(inTrace(tracing, () => call((_, next) => next.handle(), odd))).toBe('odd');
    expectBelow(tracing, BEFORE);
  });

  it('keeps what was put into the context around the call', () => {
    const key = Symbol('key');
    const seen: unknown[] = [];
    inTrace(tracing, () =>
      call(
        (_, next) => context.with(context.active().setValue(key, 'kept'), () => next.handle()),
        handlerOf(() => {
          seen.push(context.active().getValue(key), activeName());
          return of('answer');
        }),
      ),
    );
    expect(seen).toEqual(['kept', 'root']);
  });
});
