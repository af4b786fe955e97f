import {
  isSpanContextValid,
  trace,
  type Context,
  type TextMapGetter,
  type TextMapPropagator,
  type TextMapSetter,
} from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { withSpan } from '../context-frame.js';
import { formatTraceparent, parseTraceparent } from './traceparent.js';
import { parseTracestate } from './tracestate.js';

const TRACEPARENT = 'traceparent';
const TRACESTATE = 'tracestate';

/**
 * W3C Trace Context. The stock propagator is more lenient than the specification (it keeps part of
 * a broken `tracestate`) and can write a malformed header when it passes unknown flags on.
 *
 * @see https://www.w3.org/TR/trace-context/
 */
export class TraceContextPropagator implements TextMapPropagator {
  inject(context: Context, carrier: unknown, setter: TextMapSetter): void {
    const spanContext = trace.getSpanContext(context);
    if (spanContext === undefined || !isSpanContextValid(spanContext)) return;
    if (isTracingSuppressed(context)) return;
    setter.set(carrier, TRACEPARENT, formatTraceparent(spanContext));
    const state = spanContext.traceState?.serialize();
    if (state !== undefined && state !== '') setter.set(carrier, TRACESTATE, state);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const header = getter.get(carrier, TRACEPARENT);
    // More than one header is as malformed as a broken one.
    const single = Array.isArray(header) && header.length === 1 ? header[0] : header;
    if (typeof single !== 'string') return context;
    const parsed = parseTraceparent(single);
    if (typeof parsed === 'string') return context;
    const state = getter.get(carrier, TRACESTATE);
    if (state !== undefined) {
      const traceState = parseTracestate(Array.isArray(state) ? state.join(',') : state);
      if (traceState !== undefined) parsed.traceState = traceState;
    }
    return withSpan(context, trace.wrapSpanContext(parsed));
  }

  fields(): string[] {
    return [TRACEPARENT, TRACESTATE];
  }
}
