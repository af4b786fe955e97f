import { context, ROOT_CONTEXT, trace, TraceFlags, type Span } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  discardLocalTrace,
  joinLocalTrace,
  LocalTrace,
  localParentOf,
  localTraceOf,
} from '../../../libs/nestrace/src/pipeline/local-trace.js';
import { startMethodSpan } from '../../../libs/nestrace/src/pipeline/methods/start-method-span.js';
import type { Telemetry } from '../../../libs/nestrace/src/pipeline/telemetry.js';
import { planOf } from '../support/method-plan.js';
import { startTracing, type Tracing } from '../support/tracing.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';

describe('the record of a local trace', () => {
  let tracing: Tracing;

  beforeEach(() => {
    tracing = startTracing();
  });
  afterEach(() => {
    tracing.stop();
  });

  function start(name: string, parent?: Span, root = false): Span {
    const active = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
    return tracing.tracer.startSpan(name, { root }, active);
  }

  it('is shared by all spans of the trace and knows the first of them', () => {
    const root = start('root');
    const grandchild = start('grandchild', start('child', root));
    const local = localTraceOf(root);
    expect(local).toBeInstanceOf(LocalTrace);
    expect(localTraceOf(grandchild)).toBe(local);
    expect(local?.root).toBe(root);
    expect(local?.telemetry).toBe(tracing.telemetry);
    expect(local).toMatchObject({ discarded: false, nPlusOneQueries: 0 });
  });

  it('outlives the end of the spans above', () => {
    const root = start('root');
    root.end();
    expect(localTraceOf(start('late', root))).toBe(localTraceOf(root));
  });

  it('is a new one for each request of one remote trace', () => {
    const remote = trace.wrapSpanContext({
      traceId: TRACE,
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });
    const [first, second] = [start('first', remote), start('second', remote)];
    expect(first.spanContext().traceId).toBe(second.spanContext().traceId);
    expect(localTraceOf(first)).not.toBe(localTraceOf(second));
    expect(localTraceOf(second)?.root).toBe(second);
    expect(localTraceOf(remote)).toBeUndefined();
  });

  it('is a new one where a span starts a trace of its own', () => {
    const outer = start('outer');
    const own = start('own', outer, true);
    expect(localTraceOf(own)).not.toBe(localTraceOf(outer));
    expect(localTraceOf(own)?.root).toBe(own);
  });

  it('does not show up when a span is looked at', () => {
    const root = start('root');
    expect(JSON.stringify(Object.keys(root))).not.toContain('local');
    expect(localTraceOf(trace.wrapSpanContext(root.spanContext()))).toBeUndefined();
  });

  it('is inherited from the parent in the context, not from the active one', () => {
    const [one, other] = [start('one'), start('other')];
    context.with(trace.setSpan(ROOT_CONTEXT, one), () => {
      expect(localTraceOf(start('child', other))).toBe(localTraceOf(other));
    });
  });

  it('can be joined without any telemetry', () => {
    const span = trace.wrapSpanContext({ traceId: TRACE, spanId: '1', traceFlags: 0 });
    const local = joinLocalTrace(span, undefined, undefined);
    expect(local.root).toBe(span);
    expect(local.telemetry).toBeUndefined();
  });

  it('keeps the telemetry of the one that started the trace', () => {
    const other: Telemetry = { ...tracing.telemetry };
    const root = start('root');
    const child = trace.wrapSpanContext({ traceId: TRACE, spanId: '1', traceFlags: 0 });
    const local = joinLocalTrace(child, root, other);
    expect(local.telemetry).toBe(tracing.telemetry);
  });
});

describe('discardLocalTrace', () => {
  it('takes every span of the trace out of the export, those to come as well', () => {
    const { tracer, spans, stop } = startTracing();
    tracer.startActiveSpan('root', (root) => {
      tracer.startSpan('before').end();
      const child = tracer.startSpan('child');
      discardLocalTrace(child);
      child.end();
      tracer.startSpan('after').end();
      root.end();
    });
    tracer.startSpan('another trace').end();
    stop();
    expect(spans.spans().map(({ name }) => name)).toEqual(['before', 'another trace']);
  });

  it('does nothing to a span without a record', () => {
    const span = trace.wrapSpanContext({ traceId: TRACE, spanId: '1', traceFlags: 0 });
    expect(() => {
      discardLocalTrace(span);
    }).not.toThrow();
    expect(localTraceOf(span)).toBeUndefined();
  });
});

describe('spans that each begin the next one', () => {
  let tracing: Tracing;

  beforeEach(() => {
    tracing = startTracing();
  });
  afterEach(() => {
    tracing.stop();
  });

  function start(parent?: Span): Span {
    const active = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
    return tracing.tracer.startSpan('piece of work', {}, active);
  }

  /** How many of the spans before it the last of a long chain still leads to. */
  function reachableFrom(last: Span): number {
    let count = 0;
    for (let one = localParentOf(last); one !== undefined; one = localParentOf(one)) count++;
    return count;
  }

  it.each([
    ['that end before the next one begins', true],
    ['that end after it has begun', false],
  ])('do not hold each other: those %s', (_, isFirst) => {
    let last = start();
    for (let count = 0; count < 100; count++) {
      if (isFirst) last.end();
      const next = start(last);
      if (!isFirst) last.end();
      last = next;
    }
    last.end();
    expect(reachableFrom(last)).toBeLessThanOrEqual(2);
  });

  it('do not hold each other where they are too short to be shown', () => {
    const limited = startTracing({ limits: { minDurationMs: 60_000 } });
    const plan = planOf({ name: 'short', isAutomatic: true });
    const root = limited.tracer.startSpan('root');
    let last: Span = root;
    for (let count = 0; count < 100; count++) {
      const next = context.with(trace.setSpan(ROOT_CONTEXT, last), () => startMethodSpan(plan, []))
        ?.span as Span;
      next.end();
      last = next;
    }
    expect(reachableFrom(last)).toBe(1);
    root.end();
    expect(limited.spans.spans().map(({ name }) => name)).toEqual(['root']);
    limited.stop();
  });
});
