import { AsyncLocalStorage } from 'node:async_hooks';
import {
  BadGatewayException,
  Controller,
  Get,
  Injectable,
  RequestTimeoutException,
  Sse,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { context, propagation, trace } from '@opentelemetry/api';
import type { SpanExpectation } from 'nestrace/testing';
import {
  catchError,
  concat,
  concatMap,
  defer,
  delay,
  finalize,
  interval,
  lastValueFrom,
  map,
  merge,
  of,
  repeat,
  retry,
  take,
  tap,
  throwError,
  timeout,
  timer,
  type Observable,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../../support/apps.js';
import { untraced } from '../../../support/client.js';
import { waitUntil } from '../../../support/wait-until.js';
import { tasteAll, type Served, type Tasted } from './kitchen.js';

type Intercept = (next: CallHandler, execution: ExecutionContext) => unknown;

type Handle = (this: { calls: number }) => unknown;

/** Serves `GET /it` through an interceptor of the class `Around`, in all ways. */
function around(
  intercept: (log: string[]) => Intercept,
  handle: Handle = () => 'answer',
): Promise<Tasted<readonly [Pick<Served, 'status' | 'text'>, unknown]>> {
  return tasteAll(
    () => {
      const log: string[] = [];
      const act = intercept(log);

      @Injectable()
      class Around implements NestInterceptor {
        intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
          return act(next, execution) as Observable<unknown>;
        }
      }

      @Controller()
      class Target {
        calls = 0;

        @UseInterceptors(Around)
        @Get('it')
        handle(): unknown {
          this.calls++;
          log.push(`call ${this.calls}`);
          return handle.call(this);
        }

        @Get('log')
        log(): readonly string[] {
          return log;
        }
      }
      return { controllers: [Target] };
    },
    async ({ get, ask }) => {
      const { status, text } = await get('/it');
      return [{ status, text }, await ask('/log')];
    },
  );
}

const BEFORE: SpanExpectation = {
  name: 'Around.intercept',
  attributes: { 'nest.interceptor.phase': 'before' },
};
const AFTER: SpanExpectation = {
  name: 'Around.intercept (after)',
  attributes: { 'nest.interceptor.phase': 'after' },
};
const HANDLER: SpanExpectation = { name: 'Target.handle' };
const FAILED = { status: 'ERROR' } as const;

describe('an interceptor', () => {
  it('passes the answer through, without a second span', async () => {
    const { result, expectTrace } = await around(() => (next) => next.handle());
    expect(result[0]).toEqual({ status: 200, text: 'answer' });
    await expectTrace('GET /it', [BEFORE, HANDLER]);
  });

  it('changes the answer', async () => {
    const { result, expectTrace } = await around((log) => (next) => {
      log.push('before');
      return next.handle().pipe(
        tap(() => log.push('tap')),
        map((value) => `changed ${String(value)}`),
        finalize(() => log.push('finally')),
      );
    });
    expect(result).toEqual([
      { status: 200, text: 'changed answer' },
      ['before', 'call 1', 'tap', 'finally'],
    ]);
    await expectTrace('GET /it', [BEFORE, HANDLER, AFTER]);
  });

  it('answers without the handler', async () => {
    const { result, expectTrace } = await around(() => () => of('cached').pipe(delay(1)));
    expect(result).toEqual([{ status: 200, text: 'cached' }, []]);
    await expectTrace('GET /it', [BEFORE]);
  });

  it('works asynchronously, before and after', async () => {
    const { result, expectTrace } = await around((log) => async (next) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      log.push('ready');
      const value = await lastValueFrom(next.handle());
      return of(`async ${String(value)}`);
    });
    expect(result).toEqual([{ status: 200, text: 'async answer' }, ['ready', 'call 1']]);
    await expectTrace('GET /it', [BEFORE, HANDLER, AFTER]);
  });

  it.each([
    ['a promise of a list', async () => ['first', 'last']],
    ['a list', () => ['first', 'last']],
    [
      'an async generator',
      () =>
        (async function* () {
          yield 'first';
          yield 'last';
        })(),
    ],
  ])('may give all that rxjs takes for an Observable: %s', async (_, answer) => {
    const { result, expectTrace } = await around(() => answer);
    expect(result[0]).toEqual({ status: 200, text: 'last' });
    await expectTrace('GET /it', [BEFORE]);
  });

  it('fails with what rxjs does not take, as it did', async () => {
    const { result, expectTrace } = await around(() => () => undefined);
    expect(result[0].status).toBe(500);
    await expectTrace('GET /it', [BEFORE]);
  });

  it('asks the handler again, where it has failed', async () => {
    const { result, expectTrace } = await around(
      (log) => (next) =>
        next.handle().pipe(tap({ error: (error: Error) => log.push(error.message) }), retry(2)),
      function () {
        if (this.calls < 3) throw new RangeError(`no ${this.calls}`);
        return 'at last';
      },
    );
    expect(result).toEqual([
      { status: 200, text: 'at last' },
      ['call 1', 'no 1', 'call 2', 'no 2', 'call 3'],
    ]);
    const failed = { ...HANDLER, ...FAILED };
    await expectTrace('GET /it', [BEFORE, failed, AFTER, failed, HANDLER]);
  });

  it('asks the handler several times', async () => {
    const { result, expectTrace } = await around(
      () => (next) => merge(next.handle(), next.handle().pipe(repeat(2))).pipe(map(String)),
      function () {
        return this.calls;
      },
    );
    expect(result[0]).toEqual({ status: 200, text: '3' });
    await expectTrace('GET /it', [BEFORE, HANDLER, HANDLER, AFTER, HANDLER]);
  });

  it('asks the handler through a reference to its function', async () => {
    const { result, expectTrace } = await around(
      () =>
        ({ handle }) =>
          defer(handle),
    );
    expect(result[0]).toEqual({ status: 200, text: 'answer' });
    await expectTrace('GET /it', [BEFORE, HANDLER, AFTER]);
  });

  it('hands on a copy of the handler, as an interceptor that calls another one does', async () => {
    const { result, expectTrace } = await around(() => (next) => {
      const copy = { ...next };
      return Object.keys(next).join() === 'handle' && copy.handle();
    });
    expect(result[0]).toEqual({ status: 200, text: 'answer' });
    await expectTrace('GET /it', [BEFORE, HANDLER]);
  });

  it('gives up on a handler that takes too long', async () => {
    const { result, expectTrace } = await around(
      (log) => (next) =>
        next.handle().pipe(
          timeout(5),
          catchError((error: Error) => {
            log.push(error.name);
            return throwError(() => new RequestTimeoutException());
          }),
        ),
      () => new Promise((resolve) => setTimeout(resolve, 30, 'late')),
    );
    expect(result[0].status).toBe(408);
    expect(result[1]).toEqual(['call 1', 'TimeoutError']);
    await expectTrace('GET /it', [BEFORE, HANDLER]);
  });

  it('answers for a handler that has failed', async () => {
    const { result, expectTrace } = await around(
      () => (next) =>
        next.handle().pipe(catchError((error: Error) => of(`sorry, ${error.message}`))),
      function () {
        throw new RangeError('broken');
      },
    );
    expect(result[0]).toEqual({ status: 200, text: 'sorry, broken' });
    await expectTrace('GET /it', [BEFORE, { ...HANDLER, ...FAILED }, AFTER]);
  });

  it('replaces the error of the handler', async () => {
    const { result, expectTrace } = await around(
      () => (next) =>
        next.handle().pipe(catchError(() => throwError(() => new BadGatewayException()))),
      function () {
        throw new RangeError('broken');
      },
    );
    expect(result[0].status).toBe(502);
    await expectTrace('GET /it', [
      BEFORE,
      { ...HANDLER, ...FAILED },
      { ...AFTER, ...FAILED, attributes: { 'error.type': 'BadGatewayException' } },
    ]);
  });

  it.each([
    [
      'at once',
      () => {
        throw new RangeError('at once');
      },
    ],
    [
      'later',
      async () => {
        await Promise.resolve();
        throw new RangeError('later');
      },
    ],
    ['in its Observable', () => throwError(() => new RangeError('in its Observable'))],
  ])('fails before the handler: %s', async (_, fail) => {
    const { result, expectTrace } = await around(() => fail);
    expect(result).toMatchObject([{ status: 500 }, []]);
    await expectTrace('GET /it', [{ ...BEFORE, ...FAILED, exceptions: ['RangeError'] }]);
  });

  it('fails after the handler', async () => {
    const { result, expectTrace } = await around(
      () => (next) =>
        next.handle().pipe(
          map(() => {
            throw new RangeError('cannot map');
          }),
        ),
    );
    expect(result[0].status).toBe(500);
    await expectTrace('GET /it', [BEFORE, HANDLER, { ...AFTER, ...FAILED }]);
  });

  it('keeps what it holds in a storage of its own for the handler', async () => {
    const storage = new AsyncLocalStorage<string>();
    const { result, expectTrace } = await around(
      () => (next) => storage.run('kept', () => next.handle()),
      () => storage.getStore(),
    );
    expect(result[0]).toEqual({ status: 200, text: 'kept' });
    await expectTrace('GET /it', [BEFORE, HANDLER]);
  });

  it('is over with what it throws when it has awaited the handler', async () => {
    const { result, expectTrace } = await around(() => async (next) => {
      await lastValueFrom(next.handle());
      throw new RangeError('too late');
    });
    expect(result[0].status).toBe(500);
    await expectTrace('GET /it', [
      BEFORE,
      HANDLER,
      { ...AFTER, ...FAILED, exceptions: ['RangeError'] },
    ]);
  });

  it('is over when it gives a list after it has awaited the handler', async () => {
    const { result, expectTrace } = await around(() => async (next) => {
      const value = await lastValueFrom(next.handle());
      return [`${String(value)} in a list`];
    });
    expect(result[0]).toEqual({ status: 200, text: 'answer in a list' });
    await expectTrace('GET /it', [BEFORE, HANDLER, AFTER]);
  });

  it('keeps what it puts into the context of OpenTelemetry for the handler', async () => {
    const seen: unknown[] = [];
    const { result, expectTrace } = await around(
      () => (next) => {
        const baggage = propagation.createBaggage({ tenant: { value: 'seven' } });
        return context.with(propagation.setBaggage(context.active(), baggage), () => next.handle());
      },
      function () {
        seen.push(propagation.getActiveBaggage()?.getEntry('tenant')?.value);
        return 'answer';
      },
    );
    expect(result[0].status).toBe(200);
    // Nothing keeps a context while tracing is off.
    expect(seen).toEqual([undefined, undefined, 'seven']);
    await expectTrace('GET /it', [BEFORE, HANDLER]);
  });

  it('keeps a span of its own around the handler', async () => {
    const { result, expectTrace } = await around(
      () => (next) =>
        trace
          .getTracer('mine')
          .startActiveSpan('mine', (span) => next.handle().pipe(finalize(() => span.end()))),
    );
    expect(result[0]).toEqual({ status: 200, text: 'answer' });
    await expectTrace('GET /it', [
      { ...BEFORE, children: [{ name: 'mine', children: [HANDLER] }] },
      AFTER,
    ]);
  });
});

describe('several interceptors', () => {
  it('nest as they did, each with its two spans', async () => {
    const { result, expectTrace } = await tasteAll(
      () => {
        const log: string[] = [];
        const nesting = (name: string): Type<NestInterceptor> => {
          class Nesting implements NestInterceptor {
            intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
              log.push(`${name} before`);
              return next.handle().pipe(
                concatMap((value) => timer(1).pipe(map(() => value as unknown))),
                tap(() => log.push(`${name} after`)),
              );
            }
          }
          Object.defineProperty(Nesting, 'name', { value: name });
          return Injectable()(Nesting) ?? Nesting;
        };

        @UseInterceptors(nesting('Outer'), nesting('Middle'))
        @Controller()
        class Target {
          @UseInterceptors(nesting('Inner'))
          @Get('it')
          async handle(): Promise<readonly string[]> {
            log.push('handle');
            return log;
          }
        }
        return { controllers: [Target] };
      },
      ({ ask }) => ask('/it'),
    );
    expect(result).toEqual([
      'Outer before',
      'Middle before',
      'Inner before',
      'handle',
      'Inner after',
      'Middle after',
      'Outer after',
    ]);
    await expectTrace('GET /it', [
      { name: 'Outer.intercept' },
      { name: 'Middle.intercept' },
      { name: 'Inner.intercept' },
      { name: 'Target.handle' },
      { name: 'Inner.intercept (after)' },
      { name: 'Middle.intercept (after)' },
      { name: 'Outer.intercept (after)' },
    ]);
  });
});

describe.each(ADAPTERS)('an interceptor around a stream of events on %s', (_, adapter) => {
  it('passes every event on, in the order they came', async () => {
    const { result, expectTrace } = await tasteAll(
      () => {
        @Injectable()
        class Numbering implements NestInterceptor {
          intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
            return concat(
              of({ data: 'start' }),
              next.handle().pipe(map((event: { data: string }) => ({ data: `<${event.data}>` }))),
            );
          }
        }

        @Controller()
        class News {
          @UseInterceptors(Numbering)
          @Sse('news')
          news(): Observable<{ data: string }> {
            return interval(1).pipe(
              take(3),
              map((n) => ({ data: String(n) })),
            );
          }
        }
        return { controllers: [News] };
      },
      async ({ get }) => (await get('/news')).text,
      { adapter },
    );
    expect(result.match(/data: .*/g)).toEqual([
      'data: start',
      'data: <0>',
      'data: <1>',
      'data: <2>',
    ]);
    await expectTrace('GET /news', [{ name: 'Numbering.intercept' }, { name: 'News.news' }]);
  });

  it('lets go of the source when the client is gone', async () => {
    const { result, telemetry } = await tasteAll(
      () => {
        let isOver = false;

        @Injectable()
        class Passing implements NestInterceptor {
          intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
            return next.handle().pipe(map((event) => event as unknown));
          }
        }

        @Controller()
        class Endless {
          @UseInterceptors(Passing)
          @Sse('endless')
          endless(): Observable<{ data: string }> {
            return interval(1).pipe(
              map((n) => ({ data: String(n) })),
              finalize(() => {
                isOver = true;
              }),
            );
          }

          @Get('over')
          over(): boolean {
            return isOver;
          }
        }
        return { controllers: [Endless] };
      },
      async ({ url, get }) => {
        const leave = new AbortController();
        const response = await untraced(() => fetch(`${url}/endless`, { signal: leave.signal }));
        const reader = response.body?.getReader();
        await reader?.read();
        leave.abort();
        await waitUntil(async () => (await get('/over')).text === 'true', 'the source is left');
        return true;
      },
      { adapter },
    );
    expect(result).toBe(true);
    await telemetry.waitForTrace('GET /endless');
    expect(telemetry.openSpans()).toEqual([]);
  });
});
