import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ROOT_CONTEXT, trace, type Span } from '@opentelemetry/api';
import {
  defer,
  EMPTY,
  firstValueFrom,
  from,
  lastValueFrom,
  map,
  mergeMap,
  NEVER,
  Observable,
  of,
  share,
  Subject,
  Subscriber,
  take,
  throwError,
  timer,
} from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { tracedObservable } from '../../../../libs/nestrace/src/pipeline/methods/traced-observable.js';
import { expectTrace } from '../../../../libs/nestrace/src/testing/expect-trace.js';
import { waitUntil } from '../../../support/wait-until.js';
import { call, planOf } from '../../support/method-plan.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  vi.useRealTimers();
  tracing.stop();
});

const ended = () => tracing.spans.spans();
const open = () => tracing.spans.openSpans();

function ids(span: Span | undefined): string | undefined {
  return span?.spanContext().spanId;
}

describe('the span of an Observable', () => {
  it('lasts until it completes', () => {
    const subject = new Subject<number>();
    const values: unknown[] = [];
    call(() => subject.asObservable()).subscribe({
      next: (value) => values.push(value),
      complete: () => values.push('done'),
    });
    subject.next(1);
    expect(open()).toEqual(['method']);
    subject.next(2);
    subject.complete();
    expect(values).toEqual([1, 2, 'done']);
    expectTrace(ended(), { name: 'method', status: 'UNSET' });
  });

  it('ends with the error it fails with, which reaches the subscriber unchanged', () => {
    const error = new TypeError('wrong');
    const seen = vi.fn<(reason: unknown) => void>();
    call(() => throwError(() => error)).subscribe({ error: seen });
    expect(seen.mock.calls).toEqual([[error]]);
    expectTrace(ended(), { name: 'method', status: 'ERROR', exceptions: ['TypeError'] });
  });

  it('ends with an error thrown while it is subscribed', () => {
    const source = new Observable<number>(() => {
      throw new TypeError('wrong');
    });
    const seen = vi.fn<(reason: unknown) => void>();
    call(() => source).subscribe({ error: seen });
    expect(seen).toHaveBeenCalledOnce();
    expectTrace(ended(), { name: 'method', status: 'ERROR', exceptions: ['TypeError'] });
  });

  it('ends when it is unsubscribed, which the source is told', () => {
    const stopped = vi.fn<() => void>();
    const subscription = call(() => new Observable<number>(() => stopped)).subscribe();
    expect(open()).toEqual(['method']);
    subscription.unsubscribe();
    expect(stopped).toHaveBeenCalledOnce();
    expectTrace(ended(), { name: 'method', status: 'UNSET', exceptions: [] });
  });

  it('ends once, whatever comes after the end', () => {
    const source = new Observable<number>((subscriber) => {
      subscriber.complete();
      subscriber.error(new Error('late'));
      subscriber.next(1);
    });
    const subscription = call(() => source).subscribe();
    subscription.unsubscribe();
    expectTrace(ended(), { name: 'method', status: 'UNSET', exceptions: [] });
  });

  it('tells onResult that it has completed', () => {
    call(() => of(1, 2), {
      onResult: (result, span) => {
        span.setAttribute('result', String(result));
      },
    }).subscribe();
    expectTrace(ended(), { name: 'method', attributes: { result: 'undefined' } });
  });

  it('lasts over time', async () => {
    vi.useFakeTimers();
    const result = lastValueFrom(call(() => timer(100, 100).pipe(take(3))));
    await vi.advanceTimersByTimeAsync(299);
    expect(open()).toEqual(['method']);
    await vi.advanceTimersByTimeAsync(1);
    await expect(result).resolves.toBe(2);
    expect(ended()).toHaveLength(1);
  });
});

function firehose(): { source: Observable<number>; emitted: () => number } {
  let count = 0;
  const source = new Observable<number>((subscriber) => {
    while (!subscriber.closed) {
      if (count > 1_000) throw new Error('Nobody stopped the source.');
      subscriber.next(count++);
    }
  });
  return { source, emitted: () => count };
}

describe('a source that emits without end', () => {
  it.each([1, 3])('stops as soon as %s values were taken', (wanted) => {
    const { source, emitted } = firehose();
    const values: number[] = [];
    call(() => source)
      .pipe(take(wanted))
      .subscribe((value) => values.push(value));
    expect(values).toHaveLength(wanted);
    expect(emitted()).toBe(wanted);
    expectTrace(ended(), { name: 'method', status: 'UNSET', exceptions: [] });
  });

  it('stops for a promise of its first value', async () => {
    const { source, emitted } = firehose();
    await expect(firstValueFrom(call(() => source))).resolves.toBe(0);
    expect(emitted()).toBe(1);
  });
});

describe('subscriptions', () => {
  it('have a span each; the first has that of the call', () => {
    const observable = call(() => of(1));
    expect(open()).toHaveLength(1);
    observable.subscribe();
    observable.subscribe();
    observable.subscribe();
    expect(ended()).toHaveLength(3);
    expect(new Set(ended().map(({ spanId }) => spanId)).size).toBe(3);
    expect(open()).toEqual([]);
  });

  it('may overlap', () => {
    const subject = new Subject<number>();
    const observable = call(() => subject.asObservable());
    const first = observable.subscribe();
    observable.subscribe();
    expect(open()).toHaveLength(2);
    first.unsubscribe();
    expect(open()).toHaveLength(1);
    subject.complete();
    expect(ended()).toHaveLength(2);
  });

  it('are shared where the Observable is shared', () => {
    const subject = new Subject<number>();
    const shared = call(() => subject.asObservable()).pipe(share());
    shared.subscribe();
    shared.subscribe();
    expect(open()).toHaveLength(1);
    subject.complete();
    expect(ended()).toHaveLength(1);
  });

  it('go straight to the source when no further span can be started', () => {
    const observable = call(() => of(1, 2));
    observable.subscribe();
    tracing.stop();
    const values: number[] = [];
    observable.subscribe((value) => values.push(value));
    expect(values).toEqual([1, 2]);
    expect(ended()).toHaveLength(1);
  });

  it('need no call before them', () => {
    const span = tracing.tracer.startSpan('given');
    const started = { span, context: trace.setSpan(ROOT_CONTEXT, span) };
    tracedObservable(planOf(), EMPTY, started, () => undefined).subscribe();
    expect(ended().map(({ name }) => name)).toEqual(['given']);
  });
});

describe('a subscriber that has gone already', () => {
  it('gets nothing, and leaves a span that has ended', () => {
    const seen = vi.fn<(value?: unknown) => void>();
    const gone = new Subscriber({ next: seen, error: seen, complete: seen });
    gone.unsubscribe();
    call(() => of(1)).subscribe(gone);
    expect(seen).not.toHaveBeenCalled();
    expectTrace(ended(), { name: 'method', status: 'UNSET', exceptions: [] });
    expect(open()).toEqual([]);
  });
});

describe('what the source does', () => {
  it('happens inside the span', () => {
    const source = defer(() => {
      call(() => 1, { name: 'in source' });
      return of(1);
    });
    call(() => source).subscribe();
    expectTrace(ended(), { name: 'method', children: [{ name: 'in source' }] });
  });

  it('happens inside the span of its subscription, for each', () => {
    const observable = call(() => defer(() => of(call(() => 1, { name: 'in source' }))));
    observable.subscribe();
    observable.subscribe();
    const children = ended().filter(({ name }) => name === 'in source');
    const parents = ended().filter(({ name }) => name === 'method');
    expect(children.map(({ parentSpanId }) => parentSpanId)).toEqual(
      parents.map(({ spanId }) => spanId),
    );
  });

  it('happens inside the span when it happens later', async () => {
    const source = from(Promise.resolve(1)).pipe(
      mergeMap(async () => call(() => 1, { name: 'in source' })),
    );
    await lastValueFrom(call(() => source));
    expectTrace(ended(), { name: 'method', children: [{ name: 'in source' }] });
  });
});

describe('what the subscriber does', () => {
  it.each(['next', 'complete'])('with %s happens in its own context', (event) => {
    tracing.tracer.startActiveSpan('subscriber', (subscriber) => {
      call(() => of(1)).subscribe({
        [event]: () => {
          call(() => 1, { name: 'downstream' });
        },
      });
      subscriber.end();
    });
    expectTrace(ended(), {
      name: 'subscriber',
      children: [{ name: 'method' }, { name: 'downstream' }],
    });
  });

  it('with an error happens in its own context', () => {
    tracing.tracer.startActiveSpan('subscriber', (subscriber) => {
      call(() => throwError(() => new Error('x'))).subscribe({
        error: () => {
          call(() => 1, { name: 'downstream' });
        },
      });
      subscriber.end();
    });
    expectTrace(ended(), {
      name: 'subscriber',
      children: [{ name: 'method', status: 'ERROR' }, { name: 'downstream' }],
    });
  });

  it('happens in the context of the subscription, not of the call', () => {
    const observable = tracing.tracer.startActiveSpan('caller', (caller) => {
      const result = call(() => of(1));
      caller.end();
      return result;
    });
    let seen: string | undefined;
    const subscriber = tracing.tracer.startActiveSpan('subscriber', (span) => {
      observable.pipe(map((value) => value + 1)).subscribe(() => {
        seen = ids(trace.getActiveSpan());
      });
      span.end();
      return span;
    });
    expect(seen).toBe(ids(subscriber));
  });

  it('sees no span where it has none', () => {
    let seen: Span | undefined = tracing.tracer.startSpan('not undefined');
    call(() => of(1)).subscribe(() => {
      seen = trace.getActiveSpan();
    });
    expect(seen).toBeUndefined();
  });
});

describe('an Observable that never does anything', () => {
  it('keeps its span open until it is unsubscribed', () => {
    const subscription = call(() => NEVER).subscribe();
    expect(open()).toEqual(['method']);
    subscription.unsubscribe();
    subscription.unsubscribe();
    expect(ended()).toHaveLength(1);
  });
});

describe('an Observable that nobody subscribes', () => {
  it('leaves nothing in memory', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    let span: WeakRef<Span> | undefined;
    call(() => {
      span = new WeakRef(trace.getActiveSpan() as Span);
      return of(1);
    });
    tracing.spans.clear();
    await waitUntil(() => {
      collectGarbage();
      return span?.deref() === undefined;
    }, 'the span to be forgotten');
    expect(ended()).toEqual([]);
  });
});
