import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  executionIn,
  ExecutionSpan,
} from '../../../../libs/nestrace/src/pipeline/executions/execution-span.js';
import { localTraceOf } from '../../../../libs/nestrace/src/pipeline/local-trace.js';
import { startMethodSpan } from '../../../../libs/nestrace/src/pipeline/methods/start-method-span.js';
import { expectTrace } from '../../../../libs/nestrace/src/testing/expect-trace.js';
import { call, planOf } from '../../support/method-plan.js';
import { NOTHING, startTracing, type Tracing } from '../../support/tracing.js';
import { unhandledDuring } from '../../support/unhandled-during.js';

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

const ended = () => tracing.spans.spans();

describe('the span of an execution', () => {
  it('is known to what runs in it, and to its local trace', () => {
    const execution = begin();
    expect(executionIn(ROOT_CONTEXT)).toBeUndefined();
    expect(executionIn(execution.context)).toBe(execution);
    const span = trace.getSpan(execution.context);
    expect(span && localTraceOf(span)?.entry).toBe(execution);
  });

  it('is not the entry of a trace it is only a part of', () => {
    call(() => {
      const execution = begin();
      const span = trace.getSpan(execution.context);
      expect(span && localTraceOf(span)?.entry).toBeUndefined();
      execution.end();
    });
    expect(ended()).toHaveLength(2);
  });

  it('is taken over once', () => {
    const execution = begin();
    expect(execution.isGuarded).toBe(true);
    expect(execution.take()).toBe(true);
    expect(execution.isGuarded).toBe(false);
    expect(execution.take()).toBe(false);
  });

  it.each([
    ['refused', (execution: ExecutionSpan) => execution.refuse('RpcException')],
    ['failed', (execution: ExecutionSpan) => execution.threw(new Error('broken'))],
  ])('is not taken over when it has %s', (_, end) => {
    const execution = begin();
    end(execution);
    expect(execution.take()).toBe(false);
  });

  it('fails with an exception, and tells where that was thrown', () => {
    const execution = begin();
    const failure = new RangeError('out of range');
    expect(() =>
      context.with(execution.context, () =>
        call(
          () => {
            throw failure;
          },
          { name: 'inner' },
        ),
      ),
    ).toThrow(failure);
    execution.threw(failure);
    execution.threw(new Error('another one'));
    execution.end();
    expect(execution.mayHaveThrown(failure)).toBe(true);
    expect(execution.mayHaveThrown(new RangeError('out of range'))).toBe(false);
    expectTrace(ended(), {
      name: 'execution',
      status: 'ERROR',
      statusMessage: 'out of range',
      exceptions: [],
      attributes: { 'error.type': 'RangeError', 'nest.exception.origin': 'inner' },
      children: [{ name: 'inner', exceptions: ['RangeError'] }],
    });
  });

  it('is not its own origin', () => {
    const execution = begin();
    execution.threw(new RangeError('out of range'));
    execution.end();
    expectTrace(ended(), {
      name: 'execution',
      exceptions: ['RangeError'],
      attributes: { 'nest.exception.origin': undefined },
    });
  });

  it('does not fail where a guard has refused it, whatever Nest makes of that', () => {
    const execution = begin();
    execution.refuse('RpcException');
    expect(execution.mayHaveThrown(new Error('Forbidden resource'))).toBe(true);
    execution.threw(new TypeError('Forbidden resource'));
    execution.filteredBy('Apology');
    execution.end();
    expectTrace(ended(), {
      name: 'execution',
      status: 'UNSET',
      exceptions: [],
      attributes: { 'error.type': 'TypeError', 'nest.exception.filter': 'Apology' },
    });
  });

  it('ends when its guards were done, where nobody came after them', () => {
    const execution = begin();
    expect(execution.leave()).toBe(true);
    expect(execution.leave()).toBe(false);
    const [seconds, nanoseconds] = execution.now();
    execution.endAsLeft();
    const [span] = ended();
    const end = (span?.startTime ?? 0) + (span?.durationMs ?? 0);
    expect(end).toBeLessThanOrEqual(seconds * 1000 + nanoseconds / 1e6);
  });

  it('lasts until its filters are done', async () => {
    const execution = begin();
    const results = [execution.lastsUntil(Promise.resolve(1)), execution.lastsUntil('at once')];
    execution.end();
    expect(execution.isRecording).toBe(true);
    expect(await Promise.all(results)).toEqual([1, 'at once']);
    expect(execution.isRecording).toBe(false);
  });

  it('lasts until its filters have failed, and leaves that to others', async () => {
    const execution = begin();
    const failure = new Error('no excuse');
    const result = execution.lastsUntil(Promise.reject(failure));
    execution.end();
    await expect(result).rejects.toBe(failure);
    expect(execution.isRecording).toBe(false);
  });

  it('keeps a rejection unhandled that nobody handles', async () => {
    const failure = new Error('nobody cares');
    const seen = await unhandledDuring(() => {
      begin().lastsUntil(Promise.reject(failure));
    });
    expect(seen).toEqual([failure]);
  });

  it('costs a trace nothing that is not recorded', () => {
    tracing.stop();
    tracing = startTracing({ sampler: NOTHING });
    const execution = begin();
    const promise = Promise.resolve(1);
    expect(execution.isRecording).toBe(false);
    expect(execution.lastsUntil(promise)).toBe(promise);
    execution.threw(new Error('broken'));
    execution.end();
    expect(ended()).toEqual([]);
  });
});
