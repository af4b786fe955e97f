import 'reflect-metadata';
import type { ModulesContainer } from '@nestjs/core';
import { context, ROOT_CONTEXT, trace, TraceFlags, type Context } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planFor } from '../../../../../libs/nestrace/src/edges/autotrace/choosing/automatic-plan.js';
import { operationEntry } from '../../../../../libs/nestrace/src/edges/autotrace/entries/call-operation.js';
import type { Entry } from '../../../../../libs/nestrace/src/edges/autotrace/entries/entry.js';
import { TracedApplication } from '../../../../../libs/nestrace/src/edges/autotrace/choosing/traced-application.js';
import { withLifecycle } from '../../../../../libs/nestrace/src/pipeline/lifecycle-scope.js';
import { untracedContext } from '../../../../../libs/nestrace/src/pipeline/untraced.js';
import { expectTrace } from '../../../../../libs/nestrace/src/testing/expect-trace.js';
import { resolve } from '../../../support/options.js';
import { startTracing, type Tracing } from '../../../support/tracing.js';

class Jobs {
  run(count: number): number {
    return count + 1;
  }
}
const { run } = Jobs.prototype;

let tracing: Tracing;
let isWanted: boolean;
let entry: Entry;

beforeEach(() => {
  tracing = startTracing();
  isWanted = true;
  const modules = new Map() as unknown as ModulesContainer;
  const application = new TracedApplication(tracing.telemetry, resolve().autoTrace, modules);
  entry = operationEntry({
    key: 'run',
    className: 'Owner',
    method: run as never,
    find: () => run as never,
    users: new Set([application]),
    planFor: () => (isWanted ? planFor('handler', Jobs, 'run', undefined) : undefined),
  });
});
afterEach(() => {
  tracing.stop();
});

/** Calls the job in a context, as its wrapper does where there is nothing to begin. */
function callIn(active: Context): unknown {
  return context.with(active, () => {
    const entered = entry({}, [1]);
    return entered === undefined ? 'not begun' : entered.call(run as never, {}, [1]);
  });
}

const remote = (traceFlags: TraceFlags): Context =>
  trace.setSpanContext(ROOT_CONTEXT, {
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags,
  });

describe('a job', () => {
  it('begins a trace outside of any', () => {
    expect(callIn(ROOT_CONTEXT)).toBe(2);
    expectTrace(tracing.spans.spans(), {
      name: 'Jobs.run',
      attributes: { 'nest.type': 'operation' },
    });
  });

  it('begins one where the trace of a start is over', () => {
    const span = tracing.tracer.startSpan('app.bootstrap');
    const { traceId } = span.spanContext();
    const { telemetry } = tracing;
    const scope = { telemetry, traceId, isOver: true, contextAt: () => undefined };
    expect(callIn(withLifecycle(trace.setSpan(ROOT_CONTEXT, span), scope))).toBe(2);
    const [job] = tracing.spans.spans();
    expect(job?.parentSpanId).toBeUndefined();
    expect(job?.traceId).not.toBe(traceId);
  });

  it.each([
    ['a trace', () => trace.setSpan(ROOT_CONTEXT, tracing.tracer.startSpan('outer'))],
    ['a trace that is not sampled', () => remote(TraceFlags.NONE)],
    ['something that is not to be traced', () => untracedContext(ROOT_CONTEXT)],
  ])('begins none inside of %s', (_, active) => {
    expect(callIn(active())).toBe('not begun');
  });

  it('begins none where it is not wanted', () => {
    isWanted = false;
    expect(callIn(ROOT_CONTEXT)).toBe('not begun');
  });
});
