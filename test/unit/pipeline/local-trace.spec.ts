import { context, ROOT_CONTEXT, trace, TraceFlags, type Span } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  discardLocalTrace,
  joinLocalTrace,
  LocalTrace,
  localTraceOf,
} from '../../../libs/nestrace/src/pipeline/local-trace.js';
import type { Telemetry } from '../../../libs/nestrace/src/pipeline/telemetry.js';
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
