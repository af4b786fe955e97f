import { context, trace } from '@opentelemetry/api';
import {
  catchError,
  defer,
  EMPTY,
  firstValueFrom,
  from,
  lastValueFrom,
  NEVER,
  of,
  retry,
  Subject,
  throwError,
  type Observable,
} from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { awaitingFilter } from '../../../../libs/nestrace/src/pipeline/executions/awaiting-filter.js';
import { answerOf } from '../../../../libs/nestrace/src/pipeline/executions/execution-answer.js';
import { ExecutionSpan } from '../../../../libs/nestrace/src/pipeline/executions/execution-span.js';
import { startMethodSpan } from '../../../../libs/nestrace/src/pipeline/methods/start-method-span.js';
import { expectTrace } from '../../../../libs/nestrace/src/testing/expect-trace.js';
import { planOf } from '../../support/method-plan.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

function begin(): ExecutionSpan {
  const started = startMethodSpan(planOf({ name: 'execution' }), []);
  if (started === undefined) throw new Error('nothing started');
  return new ExecutionSpan(started);
}

const ARGS = ['data'];

function answered(
  handle: () => Observable<unknown>,
  again: () => ExecutionSpan | undefined = begin,
): Observable<unknown> {
  return answerOf({ span: begin(), args: ARGS, handle, again });
}

const active = () => trace.getSpan(context.active())?.spanContext().spanId;
const ended = () => tracing.spans.spans();
const open = () => tracing.spans.openSpans();

describe('the answer of an execution', () => {
  it('passes through, while the handler runs in the span', async () => {
    let inside: string | undefined;
    const answer = answered(() => {
      inside = active();
      return from([1, 2, 3]);
    });
    const seen: (string | undefined)[] = [];
    answer.subscribe(() => seen.push(active()));
    expect(await lastValueFrom(answered(() => of(7)))).toBe(7);
    expectTrace(ended().slice(0, 1), { name: 'execution', status: 'UNSET' });
    expect(inside).toBe(ended()[0]?.spanId);
    expect(seen).toEqual([undefined, undefined, undefined]);
  });

  it('is not asked for before somebody subscribes', () => {
    let calls = 0;
    answered(() => {
      calls++;
      return EMPTY;
    });
    expect(calls).toBe(0);
    expect(open()).toEqual(['execution']);
  });

  it('ends with it, with its failure, and when nobody listens any more', () => {
    const subject = new Subject<unknown>();
    const subscription = answered(() => subject).subscribe();
    const other = answered(() => NEVER).subscribe();
    expect(open()).toHaveLength(2);
    subject.complete();
    expect(subscription.closed).toBe(true);
    expect(open()).toHaveLength(1);
    other.unsubscribe();
    expect(open()).toEqual([]);
    expect(ended().map(({ status }) => status.code)).toEqual(['UNSET', 'UNSET']);
  });

  it('is delivered inside the span where it is a failure: the filter belongs to it', async () => {
    const failure = new RangeError('out of range');
    let inside: string | undefined;
    const result = answered(() => throwError(() => failure)).pipe(
      catchError((error: unknown) => {
        inside = active();
        expect(open()).toEqual(['execution']);
        return of(error);
      }),
    );
    expect(await firstValueFrom(result)).toBe(failure);
    await new Promise((resolve) => setImmediate(resolve));
    expectTrace(ended(), { name: 'execution', status: 'ERROR', exceptions: ['RangeError'] });
    expect(inside).toBe(ended()[0]?.spanId);
  });

  it('waits for a filter that is called later', async () => {
    const failure = new RangeError('out of range');
    await expect(lastValueFrom(answered(() => throwError(() => failure)))).rejects.toBe(failure);
    const execution = awaitingFilter(failure, ARGS);
    expect(execution?.isRecording).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(execution?.isRecording).toBe(false);
  });

  it('ends when its filter is done, where that was called at once', () => {
    const execution = begin();
    const handle = () => throwError(() => new Error('broken'));
    answerOf({ span: execution, args: ARGS, handle, again: begin })
      .pipe(
        catchError(() => {
          execution.filteredBy('Apology');
          return EMPTY;
        }),
      )
      .subscribe();
    expect(open()).toEqual([]);
  });

  it('reaches the caller whatever was thrown', () => {
    const shy = new Proxy(new Error('shy'), {
      get: () => {
        throw new Error('do not look');
      },
    });
    const seen: unknown[] = [];
    answered(() => throwError(() => shy)).subscribe({ error: (error) => seen.push(error) });
    expect(seen[0] === shy).toBe(true);
  });

  it('has another span when it is asked for again', async () => {
    let attempts = 0;
    const handle = () =>
      defer(() => (++attempts < 3 ? throwError(() => new Error('not yet')) : of('at last')));
    expect(await lastValueFrom(answered(handle).pipe(retry(5)))).toBe('at last');
    await new Promise((resolve) => setImmediate(resolve));
    expect(ended().map(({ status }) => status.code)).toEqual(
      expect.arrayContaining(['ERROR', 'ERROR', 'UNSET']),
    );
    expect(ended()).toHaveLength(3);
  });

  it('is asked for again also where there is no span for it', async () => {
    const answer = answered(
      () => of(7),
      () => undefined,
    );
    expect([await lastValueFrom(answer), await lastValueFrom(answer)]).toEqual([7, 7]);
    expect(ended()).toHaveLength(1);
  });
});
