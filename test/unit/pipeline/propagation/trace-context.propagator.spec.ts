import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  INVALID_SPAN_CONTEXT,
  ROOT_CONTEXT,
  trace,
  TraceFlags,
  type SpanContext,
} from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { describe, expect, it } from 'vitest';
import { TraceContextPropagator } from '../../../../libs/nestrace/src/pipeline/propagation/trace-context.propagator.js';
import { parseTracestate } from '../../../../libs/nestrace/src/pipeline/propagation/tracestate.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const VALID = `00-${TRACE}-${SPAN}-01`;

const propagator = new TraceContextPropagator();

function inject(spanContext: SpanContext | undefined, base = ROOT_CONTEXT): object {
  const carrier = {};
  const context = spanContext === undefined ? base : trace.setSpanContext(base, spanContext);
  propagator.inject(context, carrier, defaultTextMapSetter);
  return carrier;
}

function extract(headers: object): SpanContext | undefined {
  return trace.getSpanContext(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter));
}

describe('inject', () => {
  const spanContext = { traceId: TRACE, spanId: SPAN, traceFlags: TraceFlags.SAMPLED };

  it('writes traceparent', () => {
    expect(inject(spanContext)).toEqual({ traceparent: VALID });
  });

  it('tells that a trace is not sampled', () => {
    expect(inject({ ...spanContext, traceFlags: TraceFlags.NONE })).toEqual({
      traceparent: `00-${TRACE}-${SPAN}-00`,
    });
  });

  it('writes tracestate when there is one', () => {
    const traceState = parseTracestate('foo=1,bar=2');
    expect(inject({ ...spanContext, ...(traceState && { traceState }) })).toEqual({
      traceparent: VALID,
      tracestate: 'foo=1,bar=2',
    });
  });

  it('writes no empty tracestate', () => {
    const traceState = parseTracestate('foo=1')?.unset('foo');
    expect(inject({ ...spanContext, ...(traceState && { traceState }) })).toEqual({
      traceparent: VALID,
    });
  });

  it.each([
    undefined,
    INVALID_SPAN_CONTEXT,
    { ...spanContext, traceId: '0'.repeat(32) },
    { ...spanContext, spanId: '0'.repeat(16) },
    { ...spanContext, traceId: 'not an id' },
    { ...spanContext, spanId: '' },
  ])('writes nothing for the span context %j', (invalid) => {
    expect(inject(invalid)).toEqual({});
  });

  it('writes nothing where tracing is suppressed', () => {
    expect(inject(spanContext, suppressTracing(ROOT_CONTEXT))).toEqual({});
  });
});

describe('extract', () => {
  it('reads a remote span context', () => {
    expect(extract({ traceparent: VALID })).toEqual({
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: TraceFlags.SAMPLED,
      isRemote: true,
    });
  });

  it('reads tracestate, from one header or from several', () => {
    const one = extract({ traceparent: VALID, tracestate: 'foo=1,bar=2' });
    expect(one?.traceState?.serialize()).toBe('foo=1,bar=2');
    const several = extract({ traceparent: VALID, tracestate: ['foo=1', 'bar=2,baz=3'] });
    expect(several?.traceState?.serialize()).toBe('foo=1,bar=2,baz=3');
  });

  it.each(['bad', 'foo=1,BAD=2', ['foo=1', 'bad'], '', []])(
    'does not lose the trace because of the tracestate %j',
    (tracestate) => {
      const spanContext = extract({ traceparent: VALID, tracestate });
      expect(spanContext).toMatchObject({ traceId: TRACE, spanId: SPAN });
      expect(spanContext?.traceState).toBeUndefined();
    },
  );

  it.each([
    [{}],
    [{ tracestate: 'foo=1' }],
    [{ traceparent: '' }],
    [{ traceparent: 'nonsense', tracestate: 'foo=1' }],
    [{ traceparent: `ff-${TRACE}-${SPAN}-01` }],
    [{ traceparent: [] }],
    [{ traceparent: [VALID, VALID] }],
    [{ traceparent: `${VALID},${VALID}` }],
    [{ traceparent: 5 }],
    [{ traceparent: null }],
    [{ traceparent: [5] }],
  ])('starts anew with %j', (headers) => {
    expect(propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter)).toBe(ROOT_CONTEXT);
  });

  it('reads a list of one header', () => {
    expect(extract({ traceparent: [VALID] })?.traceId).toBe(TRACE);
  });

  it('keeps what else is in the context', () => {
    const key = Symbol('key');
    const before = ROOT_CONTEXT.setValue(key, 'value');
    const after = propagator.extract(before, { traceparent: VALID }, defaultTextMapGetter);
    expect(after.getValue(key)).toBe('value');
  });

  it('reads what it has written', () => {
    const traceState = parseTracestate('foo=1');
    const carrier = inject({
      traceId: TRACE,
      spanId: SPAN,
      traceFlags: 1,
      ...(traceState && { traceState }),
    });
    expect(extract(carrier)).toMatchObject({ traceId: TRACE, spanId: SPAN, traceFlags: 1 });
    expect(extract(carrier)?.traceState?.get('foo')).toBe('1');
  });
});

describe('fields', () => {
  it('names both headers', () => {
    expect(propagator.fields()).toEqual(['traceparent', 'tracestate']);
  });
});
