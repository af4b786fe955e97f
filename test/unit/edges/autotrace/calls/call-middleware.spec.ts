import { EventEmitter } from 'node:events';
import { context, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureCounts } from '../../../../../libs/nestrace/src/core/failures.js';
import { callMiddleware } from '../../../../../libs/nestrace/src/edges/autotrace/calls/call-middleware.js';
import { planOf } from '../../../support/method-plan.js';
import { NOTHING, startTracing, type Tracing } from '../../../support/tracing.js';
import { expectBelow, inTrace } from '../../../support/in-trace.js';

type Next = (...given: readonly unknown[]) => unknown;
type Use = (this: unknown, request: unknown, response: unknown, next: Next) => unknown;

class Response extends EventEmitter {
  writableEnded = false;
}

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

const plan = planOf({ name: 'gate' });
const request = { url: '/' };

/** Calls a middleware as a router does. */
function pass(use: Use, response: unknown = new Response(), next: Next = () => {}): unknown {
  const args = [request, response, next];
  return inTrace(tracing, () => callMiddleware(plan, use as never, 'receiver', args));
}

const openNames = (): readonly string[] => tracing.spans.openSpans();

describe('a middleware', () => {
  it('gets what it got: receiver, request, response, and what next() gives', () => {
    const response = new Response();
    const given: unknown[] = [];
    const result = pass(
      function (this: unknown, ...args) {
        given.push(this, args.length, args[0] === request, args[1] === response);
        given.push(args[2]('first', 'second'));
        return 'returned';
      },
      response,
      (...args) => [...args, 'next'].join(),
    );
    expect(given).toEqual(['receiver', 3, true, true, 'first,second,next']);
    expect(result).toBe('returned');
  });

  it('is over when it goes on, and what comes after is not below it', () => {
    let after: unknown;
    pass(
      (_request, _response, next) => {
        next();
        expect(openNames()).toEqual(['root']);
      },
      new Response(),
      () => {
        after = (trace.getActiveSpan() as { name?: string } | undefined)?.name;
      },
    );
    expect(after).toBe('root');
    expectBelow(tracing, 'gate');
  });

  it('is over once, however often it goes on', () => {
    let calls = 0;
    pass(
      (_request, _response, next) => {
        next();
        next(new Error('too late'));
      },
      new Response(),
      () => calls++,
    );
    expect(calls).toBe(2);
    expectBelow(tracing, { name: 'gate', status: 'UNSET' });
  });

  it.each([undefined, null, false, 0, '', 'route', 'router'])(
    'has not failed where it goes on with %j',
    (given) => {
      pass((_request, _response, next) => next(given));
      expectBelow(tracing, { name: 'gate', status: 'UNSET' });
    },
  );

  it.each([[new RangeError('closed'), 'RangeError'] as const, ['closed', 'string'] as const])(
    'has failed where it goes on with an error: %s',
    (given, type) => {
      pass((_request, _response, next) => next(given));
      expectBelow(tracing, { name: 'gate', status: 'ERROR', attributes: { 'error.type': type } });
    },
  );

  it('has failed where it throws, and the error goes on', () => {
    const failure = new RangeError('closed');
    expect(() =>
      pass(() => {
        throw failure;
      }),
    ).toThrow(failure);
    expectBelow(tracing, { name: 'gate', status: 'ERROR', exceptions: ['RangeError'] });
  });

  it('has failed where it rejects, and the rejection goes on', async () => {
    const failure = new RangeError('closed');
    await expect(pass(async () => Promise.reject(failure))).rejects.toBe(failure);
    expectBelow(tracing, { name: 'gate', status: 'ERROR', exceptions: ['RangeError'] });
  });

  it('gives back its own promise once it has gone on', () => {
    const promise = Promise.resolve();
    const result = pass((_request, _response, next) => {
      next();
      return promise;
    });
    expect(result).toBe(promise);
  });

  it('is over with the response where it has answered', () => {
    const response = new Response();
    pass(() => {
      response.writableEnded = true;
    }, response);
    expect(response.listenerCount('close')).toBe(0);
    expectBelow(tracing, 'gate');
  });

  it('is over with the response where it answers later, or never', () => {
    const response = new Response();
    pass(() => {}, response);
    expect(openNames()).toEqual(['gate']);
    response.emit('close');
    expect(response.listenerCount('close')).toBe(0);
    expectBelow(tracing, 'gate');
  });

  it('does not wait for the response any more when it has gone on', () => {
    const response = new Response();
    let goOn: Next | undefined;
    pass((_request, _response, next) => {
      goOn = next;
    }, response);
    expect(response.listenerCount('close')).toBe(1);
    goOn?.();
    expect(response.listenerCount('close')).toBe(0);
    expectBelow(tracing, 'gate');
  });

  it('goes on in the trace, from wherever it is called', () => {
    let goOn: Next | undefined;
    let after: unknown;
    pass(
      (_request, _response, next) => {
        goOn = next;
      },
      new Response(),
      () => {
        after = (trace.getActiveSpan() as { name?: string } | undefined)?.name;
      },
    );
    expect(trace.getSpan(context.active())).toBeUndefined();
    goOn?.();
    expect(after).toBe('root');
  });

  it.each([
    ['nothing', 0, undefined],
    ['no emitter', 0, {}],
    [
      'something that throws when it is looked at',
      1,
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('do not look');
          },
        },
      ),
    ],
  ])('works where the response is %s', (_, failures, response) => {
    const before = failureCounts().get('traced.end') ?? 0;
    let goOn: Next | undefined;
    const result = pass((_request, _response, next) => {
      goOn = next;
      return 'returned';
    }, response);
    expect(result).toBe('returned');
    expect(goOn?.()).toBeUndefined();
    expectBelow(tracing, 'gate');
    expect((failureCounts().get('traced.end') ?? 0) - before).toBe(failures);
  });

  it('is called directly where there is no next()', () => {
    const args = [request, new Response()];
    const use = (...given: readonly unknown[]): number => given.length;
    expect(inTrace(tracing, () => callMiddleware(plan, use, undefined, args))).toBe(2);
    expectBelow(tracing);
  });

  it('is called directly where nothing is recorded', () => {
    tracing.stop();
    tracing = startTracing({ sampler: NOTHING });
    const next = (): void => {};
    const use = (...args: readonly unknown[]): boolean => args[2] === next;
    const args = [request, new Response(), next];
    expect(inTrace(tracing, () => callMiddleware(plan, use, undefined, args))).toBe(true);
    expect(tracing.spans.spans()).toEqual([]);
  });
});
