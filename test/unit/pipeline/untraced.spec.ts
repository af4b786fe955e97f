import {
  createTraceState,
  isSpanContextValid,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
} from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { isLeftOut } from '../../../libs/nestrace/src/pipeline/left-out.js';
import { isUntraced, untracedContext } from '../../../libs/nestrace/src/pipeline/untraced.js';
import { startTracing } from '../support/tracing.js';

describe('untracedContext', () => {
  it('leaves everything below it out, without any trace around', () => {
    const context = untracedContext(ROOT_CONTEXT);
    const span = trace.getSpan(context);
    if (span === undefined) throw new Error('There is no span in the context.');
    expect(isLeftOut(span)).toBe(true);
    expect(isSpanContextValid(span.spanContext())).toBe(true);
  });

  it('makes up another trace every time', () => {
    const ids = [ROOT_CONTEXT, ROOT_CONTEXT].map(
      (parent) => trace.getSpanContext(untracedContext(parent))?.traceId,
    );
    expect(new Set(ids).size).toBe(2);
  });

  it('keeps the ids and the state of the trace it is in, and calls nothing remote', () => {
    const traceState = createTraceState('foo=1');
    const parent = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
      traceState,
    });
    expect(trace.getSpanContext(untracedContext(parent))).toEqual({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.NONE,
      traceState,
    });
  });

  it('keeps what else is in the context, and leaves the context itself alone', () => {
    const key = Symbol('key');
    const parent = ROOT_CONTEXT.setValue(key, 1);
    expect(untracedContext(parent).getValue(key)).toBe(1);
    expect(trace.getSpan(parent)).toBeUndefined();
  });

  it('keeps the real sampler from recording anything', () => {
    const { tracer, spans, stop } = startTracing();
    const context = untracedContext(ROOT_CONTEXT);
    const child = tracer.startSpan('child', {}, context);
    tracer.startSpan('grandchild', {}, trace.setSpan(context, child)).end();
    child.end();
    stop();
    expect(child.isRecording()).toBe(false);
    expect(spans.spans()).toEqual([]);
    expect(spans.openSpans()).toEqual([]);
  });

  it('can be told from one that is merely not sampled', () => {
    const unsampled = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.NONE,
    });
    expect(isUntraced(unsampled)).toBe(false);
    expect(isUntraced(untracedContext(unsampled))).toBe(true);
  });
});
