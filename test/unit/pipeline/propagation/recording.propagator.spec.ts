import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
} from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  incomingHeadersOf,
  injectedHeadersOf,
  RecordingPropagator,
} from '../../../../libs/nestrace/src/pipeline/propagation/recording.propagator.js';
import { TraceContextPropagator } from '../../../../libs/nestrace/src/pipeline/propagation/trace-context.propagator.js';
import { NOTHING, startTracing, type Tracing } from '../../support/tracing.js';

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

describe('RecordingPropagator', () => {
  const propagator = new RecordingPropagator(new TraceContextPropagator());
  let tracing: Tracing;
  beforeEach(() => {
    tracing = startTracing();
  });
  afterEach(() => {
    tracing.stop();
  });

  it('reads and writes as the propagator inside does', () => {
    const extracted = propagator.extract(
      ROOT_CONTEXT,
      { traceparent: TRACEPARENT },
      defaultTextMapGetter,
    );
    expect(trace.getSpanContext(extracted)?.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    const carrier: Record<string, string> = {};
    propagator.inject(extracted, carrier, defaultTextMapSetter);
    expect(carrier).toEqual({ traceparent: TRACEPARENT });
    expect(propagator.fields()).toEqual(['traceparent', 'tracestate']);
  });

  it('keeps the headers of all usual formats, read or not, broken or not', () => {
    const carrier = { traceparent: 'nonsense', b3: '0', other: 'x', baggage: ['a=1', 'b=2'] };
    const extracted = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
    expect(incomingHeadersOf(extracted)?.headers).toEqual([
      ['traceparent', 'nonsense'],
      ['baggage', 'a=1'],
      ['baggage', 'b=2'],
      ['b3', '0'],
    ]);
  });

  it('keeps nothing where nothing came', () => {
    const extracted = propagator.extract(ROOT_CONTEXT, { host: 'x' }, defaultTextMapGetter);
    expect(extracted).toBe(ROOT_CONTEXT);
    expect(incomingHeadersOf(extracted)).toBeUndefined();
  });

  it('cuts headers that are too long', () => {
    const carrier = { baggage: 'x'.repeat(10_000) };
    const extracted = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
    expect(incomingHeadersOf(extracted)?.headers[0]?.[1]).toHaveLength(2048);
  });

  it('keeps what was sent along with a span', () => {
    const span = tracing.tracer.startSpan('call');
    const carrier: Record<string, string> = {};
    propagator.inject(trace.setSpan(ROOT_CONTEXT, span), carrier, defaultTextMapSetter);
    expect(injectedHeadersOf(span)).toEqual(Object.entries(carrier));
    span.end();
  });

  it('keeps nothing of calls that are not recorded', () => {
    tracing.stop();
    tracing = startTracing({ sampler: NOTHING });
    const span = tracing.tracer.startSpan('call');
    propagator.inject(trace.setSpan(ROOT_CONTEXT, span), {}, defaultTextMapSetter);
    expect(injectedHeadersOf(span)).toBeUndefined();
  });

  it('sends what a propagator gives, text or not, along with spans of any kind', () => {
    const counting = new RecordingPropagator({
      inject: (_context, carrier, setter) => setter.set(carrier, 'x-depth', 7 as never),
      extract: (context) => context,
      fields: () => ['x-depth'],
    });
    const span = tracing.tracer.startSpan('call');
    const carrier: Record<string, unknown> = {};
    counting.inject(trace.setSpan(ROOT_CONTEXT, span), carrier, defaultTextMapSetter);
    expect(carrier).toEqual({ 'x-depth': 7 });
    expect(injectedHeadersOf(span)).toEqual([['x-depth', '7']]);
    span.end();

    const frozen = Object.freeze({
      ...trace.wrapSpanContext(span.spanContext()),
      isRecording: () => true,
      spanContext: () => span.spanContext(),
    });
    const other: Record<string, unknown> = {};
    counting.inject(trace.setSpan(ROOT_CONTEXT, frozen), other, defaultTextMapSetter);
    expect(other).toEqual({ 'x-depth': 7 });
  });

  it('hands on the context when headers cannot be looked at', () => {
    const broken = {
      keys: () => [],
      get: (_: unknown, name: string) => {
        if (name === 'baggage') throw new Error('no');
        return name === 'traceparent' ? TRACEPARENT : undefined;
      },
    };
    const extracted = propagator.extract(ROOT_CONTEXT, {}, broken);
    expect(trace.getSpanContext(extracted)?.spanId).toBe('b7ad6b7169203331');
  });
});
