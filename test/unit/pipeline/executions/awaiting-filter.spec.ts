import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  awaitFilter,
  awaitingFilter,
} from '../../../../libs/nestrace/src/pipeline/executions/awaiting-filter.js';
import { ExecutionSpan } from '../../../../libs/nestrace/src/pipeline/executions/execution-span.js';
import { startMethodSpan } from '../../../../libs/nestrace/src/pipeline/methods/start-method-span.js';
import { planOf } from '../../support/method-plan.js';
import { NOTHING, startTracing, type Tracing } from '../../support/tracing.js';

let tracing: Tracing;

let client: object;

beforeEach(() => {
  tracing = startTracing();
  client = {};
});
afterEach(async () => {
  await turn();
  tracing.stop();
});

function begin(): ExecutionSpan {
  const started = startMethodSpan(planOf({ name: 'execution' }), []);
  if (started === undefined) throw new Error('nothing started');
  return new ExecutionSpan(started);
}

function failedWith(error: Error, args: readonly unknown[]): ExecutionSpan {
  const execution = begin();
  execution.threw(error);
  awaitFilter(execution, args, execution.now());
  return execution;
}

function refused(args: readonly unknown[]): ExecutionSpan {
  const execution = begin();
  execution.refuse('RpcException');
  awaitFilter(execution, args, execution.now());
  return execution;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('an execution that waits for a filter', () => {
  it('is found by what it has thrown and by its arguments', () => {
    const [first, second] = [new Error('first'), new Error('second')];
    const executions = [failedWith(first, [client, 1]), failedWith(second, [client, 1])];
    expect(awaitingFilter(second, [client, 1])).toBe(executions[1]);
    expect(awaitingFilter(first, [client, 1])).toBe(executions[0]);
    expect(awaitingFilter(first, [client, 2])).toBeUndefined();
    expect(awaitingFilter(first, [client, 1, 'more'])).toBeUndefined();
    expect(awaitingFilter(new Error('third'), [client, 1])).toBeUndefined();
  });

  it('is found by its arguments alone where a guard has denied: Nest makes the exception', () => {
    const execution = refused([client, 1]);
    expect(awaitingFilter(new Error('Forbidden resource'), [client, 1])).toBe(execution);
    expect(awaitingFilter(new Error('Forbidden resource'), [{}, 1])).toBeUndefined();
  });

  it('may have been told more than its filter is', () => {
    const execution = refused([client, 'event', 'event']);
    expect(awaitingFilter(new Error(), [client, 'event'])).toBe(execution);
  });

  it('is left to one filter', () => {
    const executions = [refused([client]), refused([client])];
    expect(awaitingFilter(new Error(), [client])).toBe(executions[0]);
    executions[0]?.filteredBy('Apology');
    expect(awaitingFilter(new Error(), [client])).toBe(executions[1]);
  });

  it('ends with the turn of the event loop, as of the time it has failed', async () => {
    const failure = new Error('broken');
    const execution = failedWith(failure, [client]);
    const [seconds, nanoseconds] = execution.now();
    await turn();
    expect(awaitingFilter(failure, [client])).toBeUndefined();
    const [span] = tracing.spans.spans();
    const end = (span?.startTime ?? 0) + (span?.durationMs ?? 0);
    expect(end).toBeLessThanOrEqual(seconds * 1000 + nanoseconds / 1e6);
  });

  it('ends after its filter', async () => {
    const execution = refused([client]);
    execution.filteredBy('Apology');
    const [seconds, nanoseconds] = execution.now();
    await turn();
    const [span] = tracing.spans.spans();
    const end = (span?.startTime ?? 0) + (span?.durationMs ?? 0);
    expect(end).toBeGreaterThanOrEqual(seconds * 1000 + nanoseconds / 1e6);
  });

  it('does not wait where it is not recorded', () => {
    tracing.stop();
    tracing = startTracing({ sampler: NOTHING });
    refused([client]);
    expect(awaitingFilter(new Error(), [client])).toBeUndefined();
  });
});
