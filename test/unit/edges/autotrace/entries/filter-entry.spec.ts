import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planFor } from '../../../../../libs/nestrace/src/edges/autotrace/choosing/automatic-plan.js';
import { filterEntry } from '../../../../../libs/nestrace/src/edges/autotrace/entries/filter-entry.js';
import { awaitFilter } from '../../../../../libs/nestrace/src/pipeline/executions/awaiting-filter.js';
import { ExecutionSpan } from '../../../../../libs/nestrace/src/pipeline/executions/execution-span.js';
import { startMethodSpan } from '../../../../../libs/nestrace/src/pipeline/methods/start-method-span.js';
import { expectTrace } from '../../../../../libs/nestrace/src/testing/expect-trace.js';
import { planOf } from '../../../support/method-plan.js';
import { startTracing, type Tracing } from '../../../support/tracing.js';

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(async () => {
  await turn();
  tracing.stop();
});

const turn = () => new Promise((resolve) => setImmediate(resolve));
const failure = new RangeError('broken');

class Apology {
  catch(): void {}
}

/** The entry of a filter, with a span of its own or without. */
function entryOfFilter(filter: () => unknown = () => {}, isTraced = true) {
  return filterEntry({
    key: 'catch',
    className: 'Apology',
    method: filter,
    find: () => filter,
    users: new Set(),
    planFor: () => (isTraced ? planFor('filter', Apology, 'catch', undefined) : undefined),
  });
}

function host(type: string, args: readonly unknown[]): object {
  return { getType: () => type, getArgs: () => args, switchToRpc: () => ({}) };
}

/** An execution of these arguments that has failed, outside of the reach of interceptors. */
function failed(args: readonly unknown[]): ExecutionSpan {
  const started = context.with(ROOT_CONTEXT, () =>
    startMethodSpan(planOf({ name: 'execution' }), []),
  );
  if (started === undefined) throw new Error('nothing started');
  const execution = new ExecutionSpan(started);
  execution.threw(failure);
  awaitFilter(execution, args, execution.now());
  return execution;
}

/** Calls a filter as its wrapper does. */
function answer(given: object, filter: () => unknown, isTraced = true): unknown {
  const args = [failure, given];
  return entryOfFilter(filter, isTraced)(undefined, args)?.call(filter, undefined, args);
}

const answered = {
  name: 'execution',
  status: 'ERROR',
  attributes: { 'nest.exception.filter': 'Apology' },
  children: [{ name: 'Apology.catch' }],
} as const;

describe('a filter', () => {
  it('belongs to the execution that has failed', async () => {
    const args = ['data'];
    failed(args);
    expect(answer(host('rpc', [...args]), () => 'sorry')).toBe('sorry');
    await turn();
    expectTrace(tracing.spans.spans(), answered);
  });

  it('answers for it without a span of its own', async () => {
    const args = ['data'];
    failed(args);
    expect(answer(host('rpc', [...args]), () => 'sorry', false)).toBe('sorry');
    await turn();
    expectTrace(tracing.spans.spans(), { ...answered, children: [] });
  });

  it('keeps it open for as long as it works', async () => {
    const args = ['data'];
    const execution = failed(args);
    const result = answer(host('rpc', args), () => turn().then(turn));
    await turn();
    expect(execution.isRecording).toBe(true);
    await result;
    expectTrace(tracing.spans.spans(), answered);
  });

  it('finds it where it runs in it already', async () => {
    const args = ['data'];
    const execution = failed(args);
    expect(context.with(execution.context, () => answer(host('ws', args), () => 7))).toBe(7);
    await turn();
    expectTrace(tracing.spans.spans(), answered);
  });

  it.each([
    ['of a request', 'http', ['data']],
    ['of another execution', 'rpc', ['other data']],
  ])('is called as it is where the exception is that %s', (_, type, args) => {
    failed(['data']);
    expect(entryOfFilter()(undefined, [failure, host(type, args)])).toBeUndefined();
  });

  it.each([[[]], [[failure]], [[failure, 'host']]])('is called as it is with %o', (args) => {
    expect(entryOfFilter()(undefined, args)).toBeUndefined();
  });
});
