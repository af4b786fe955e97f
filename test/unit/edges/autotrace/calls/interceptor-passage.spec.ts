import { context, trace } from '@opentelemetry/api';
import {
  BehaviorSubject,
  catchError,
  concat,
  defer,
  EMPTY,
  ignoreElements,
  interval,
  lastValueFrom,
  map,
  merge,
  NEVER,
  Observable,
  of,
  retry,
  Subject,
  take,
  tap,
  throwError,
  timeout,
  timer,
  toArray,
} from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InterceptorPassage } from '../../../../../libs/nestrace/src/edges/autotrace/calls/interceptor-passage.js';
import type { SpanExpectation } from '../../../../../libs/nestrace/src/testing/expect-trace.js';
import { expectBelow, inTrace } from '../../../support/in-trace.js';
import { planOf } from '../../../support/method-plan.js';
import { startTracing, type Tracing } from '../../../support/tracing.js';

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

const plan = planOf({ name: 'wrap', attributes: { 'code.function.name': 'Wrap.intercept' } });
const BEFORE: SpanExpectation = { name: 'wrap', status: 'UNSET' };
const AFTER: SpanExpectation = { name: 'Wrap.intercept (after)', status: 'UNSET' };
const ERROR = { status: 'ERROR', exceptions: ['RangeError'] } as const;

const activeName = (): unknown => (trace.getActiveSpan() as { name?: string } | undefined)?.name;
const openNames = (): readonly string[] => tracing.spans.openSpans();

type Course = (handle: () => Observable<unknown>) => unknown;

/** What Nest gets of an interceptor that takes this course around a handler. */
function around(source: Observable<unknown>, course: Course): Observable<unknown> {
  const passage = InterceptorPassage.start(plan, []);
  if (passage === undefined) throw new Error('There is no passage.');
  const handle = (): Observable<unknown> => {
    passage.handlerIsCalled();
    return passage.answerOf(source, passage.contextOfHandler());
  };
  const given = context.with(passage.before, () => course(handle));
  return passage.around(given) as Observable<unknown>;
}

/** Passes a handler that gives this through an interceptor, and gives what came out. */
function pass(source: Observable<unknown>, course: Course): Promise<readonly unknown[]> {
  return inTrace(tracing, () => lastValueFrom(around(source, course).pipe(toArray())));
}

describe('what comes before', () => {
  it('lasts until the handler is called', async () => {
    await inTrace(tracing, async () => {
      const answer = around(of('answer'), (handle) => {
        expect(openNames()).toEqual(['root', 'wrap']);
        const given = handle();
        expect(openNames()).toEqual(['root']);
        return given;
      });
      expect(await lastValueFrom(answer)).toBe('answer');
    });
    expectBelow(tracing, BEFORE);
  });

  it('lasts until the answer where there is no handler', async () => {
    const answers = await pass(NEVER, () => timer(1).pipe(map(() => 'cached')));
    expect(answers).toEqual(['cached']);
    expectBelow(tracing, { ...BEFORE, attributes: { 'nest.interceptor.phase': 'before' } });
  });

  it('lasts until the end where there is neither handler nor answer', async () => {
    expect(await pass(NEVER, () => EMPTY)).toEqual([]);
    expectBelow(tracing, BEFORE);
  });

  it('fails with an answer that fails without the handler', async () => {
    const failure = new RangeError('no');
    await expect(pass(NEVER, () => throwError(() => failure))).rejects.toBe(failure);
    expectBelow(tracing, { ...BEFORE, ...ERROR });
  });

  it('ends where nobody waits for the answer any more', () => {
    inTrace(tracing, () => {
      const subscription = around(NEVER, () => NEVER).subscribe();
      expect(openNames()).toEqual(['root', 'wrap']);
      subscription.unsubscribe();
    });
    expectBelow(tracing, BEFORE);
  });
});

describe('what comes after', () => {
  it('is not there where the answer is passed through', async () => {
    expect(await pass(of(1, 2), (handle) => handle())).toEqual([1, 2]);
    expectBelow(tracing, BEFORE);
  });

  it('lasts from the first value of the handler to the first of the interceptor', async () => {
    const names: unknown[] = [];
    const course: Course = (handle) =>
      handle().pipe(
        tap(() => names.push(activeName(), openNames())),
        map((value) => `<${String(value)}>`),
      );
    const answers = await inTrace(tracing, () =>
      lastValueFrom(
        around(of('a', 'b'), course).pipe(
          tap(() => names.push(activeName(), openNames())),
          toArray(),
        ),
      ),
    );
    expect(answers).toEqual(['<a>', '<b>']);
    const after = 'Wrap.intercept (after)';
    const firstValue = [after, ['root', after], 'root', ['root']];
    const secondValue = ['root', ['root'], 'root', ['root']];
    expect(names).toEqual([...firstValue, ...secondValue]);
    expectBelow(tracing, BEFORE, {
      ...AFTER,
      attributes: { 'nest.interceptor.phase': 'after', 'code.function.name': 'Wrap.intercept' },
    });
  });

  it('lasts until the end where the interceptor waits for that', async () => {
    expect(await pass(of(1, 2, 3), (handle) => handle().pipe(toArray()))).toEqual([[1, 2, 3]]);
    expectBelow(tracing, BEFORE, AFTER);
  });

  it('lasts until the end where the interceptor gives nothing', async () => {
    expect(await pass(of(1), (handle) => handle().pipe(ignoreElements()))).toEqual([]);
    expectBelow(tracing, BEFORE, AFTER);
  });

  it('begins with the end of a handler that gives nothing', async () => {
    const course: Course = (handle) => concat(handle(), of('instead'));
    expect(await pass(EMPTY, course)).toEqual(['instead']);
    expectBelow(tracing, BEFORE, AFTER);
  });

  it('begins with the failure of the handler, and has not failed where it is answered for', async () => {
    const failing = throwError(() => new RangeError('no'));
    const course: Course = (handle) => handle().pipe(catchError(() => of('sorry')));
    expect(await pass(failing, course)).toEqual(['sorry']);
    expectBelow(tracing, BEFORE, AFTER);
  });

  it('has failed where the failure goes on, or becomes another one', async () => {
    const failing = throwError(() => new TypeError('first'));
    const course: Course = (handle) =>
      handle().pipe(catchError(() => throwError(() => new RangeError('second'))));
    await expect(pass(failing, course)).rejects.toThrow('second');
    expectBelow(tracing, BEFORE, { ...AFTER, ...ERROR });
  });

  it('has failed where the interceptor fails', async () => {
    const course: Course = (handle) =>
      handle().pipe(
        map(() => {
          throw new RangeError('no');
        }),
      );
    await expect(pass(of(1), course)).rejects.toThrow('no');
    expectBelow(tracing, BEFORE, { ...AFTER, ...ERROR });
  });

  it('is not there where the interceptor has not waited for the handler', async () => {
    await expect(pass(NEVER, (handle) => handle().pipe(timeout(1)))).rejects.toThrow('Timeout');
    expectBelow(tracing, BEFORE);
  });

  it('ends where nobody waits for the answer any more', () => {
    const source = new Subject<number>();
    inTrace(tracing, () => {
      const subscription = around(source, (handle) => handle().pipe(toArray())).subscribe();
      source.next(1);
      expect(openNames()).toEqual(['root', 'Wrap.intercept (after)']);
      subscription.unsubscribe();
      expect(source.observed).toBe(false);
    });
    expectBelow(tracing, BEFORE, AFTER);
  });

  it('is one, however often the handler is asked', async () => {
    let asked = 0;
    const flaky = defer(() => (++asked < 3 ? throwError(() => new RangeError('no')) : of(asked)));
    expect(await pass(flaky, (handle) => handle().pipe(retry(2)))).toEqual([3]);
    expectBelow(tracing, BEFORE, AFTER);
  });

  it('is one where the handler is asked several times at once', async () => {
    const course: Course = (handle) => merge(handle(), handle()).pipe(toArray());
    expect(await pass(of(1), course)).toEqual([[1, 1]]);
    expectBelow(tracing, BEFORE, AFTER);
  });
});

describe('a stream', () => {
  it('stops its source when it has had enough', async () => {
    let isOver = false;
    const endless = new Observable<number>((subscriber) => {
      for (let n = 0; !subscriber.closed; n++) subscriber.next(n);
      isOver = true;
    });
    const course: Course = (handle) => handle().pipe(map((n) => Number(n) * 2));
    const answers = await inTrace(tracing, () =>
      lastValueFrom(around(endless, course).pipe(take(3), toArray())),
    );
    expect(answers).toEqual([0, 2, 4]);
    expect(isOver).toBe(true);
    expectBelow(tracing, BEFORE, AFTER);
  });

  it('gives each value when it comes', async () => {
    const seen: unknown[] = [];
    const course: Course = (handle) => handle().pipe(tap((n) => seen.push(n)));
    const source = interval(1).pipe(take(3));
    await inTrace(tracing, () =>
      lastValueFrom(around(source, course).pipe(tap((n) => seen.push(`got ${String(n)}`)))),
    );
    expect(seen).toEqual([0, 'got 0', 1, 'got 1', 2, 'got 2']);
  });

  it('is not subscribed before Nest does', () => {
    let subscriptions = 0;
    const source = defer(() => of(++subscriptions));
    const answer = inTrace(tracing, () => around(source, (handle) => handle().pipe(map(String))));
    expect(subscriptions).toBe(0);
    answer.subscribe();
    expect(subscriptions).toBe(1);
  });

  it('may be a subject of the interceptor', async () => {
    const course: Course = (handle) => {
      const subject = new BehaviorSubject<unknown>('first');
      handle().subscribe(subject);
      return subject;
    };
    await expect(pass(of('last'), course)).resolves.toEqual([]);
    expectBelow(tracing, BEFORE, AFTER);
  });

  it('delivers in the context of the caller', async () => {
    const names: unknown[] = [];
    const note = (): unknown => names.push(activeName());
    const source = timer(1).pipe(map(() => 'late'));
    await inTrace(tracing, () =>
      lastValueFrom(
        around(source, (handle) => handle().pipe(map(String))).pipe(
          tap({ next: note, complete: note }),
        ),
      ),
    );
    expect(names).toEqual(['root', 'root']);
  });
});

describe('an interceptor that gives nothing', () => {
  it('has come to its end', () => {
    inTrace(tracing, () => {
      expect(around(NEVER, () => undefined)).toBeUndefined();
      expect(openNames()).toEqual(['root']);
    });
    expectBelow(tracing, BEFORE);
  });
});
