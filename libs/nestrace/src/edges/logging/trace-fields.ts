import { isSpanContextValid, trace, type Span } from '@opentelemetry/api';
import { activeContext } from '../../pipeline/active-context.js';
import { livingContext } from '../../pipeline/lifecycle-scope.js';

/**
 * What connects a line of the log with its trace, under the names OpenTelemetry gives to it outside
 * of OTLP (https://opentelemetry.io/docs/specs/otel/compatibility/logging_trace_context/).
 *
 * @publicApi
 */
export interface TraceFields {
  /** 32 hexadecimal digits. */
  trace_id: string;
  /** 16 hexadecimal digits. */
  span_id: string;
  /** `01` where the trace is sampled, `00` where no backend will have it. */
  trace_flags: string;
}

/** The span that lines written here belong to, recorded or not. */
export function spanOfLine(): Span | undefined {
  const active = activeContext();
  if (trace.getSpan(active) === undefined) return undefined;
  const span = trace.getSpan(livingContext(active));
  return span !== undefined && isSpanContextValid(span.spanContext()) ? span : undefined;
}

export function fieldsOf(span: Span): TraceFields {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return {
    trace_id: traceId,
    span_id: spanId,
    trace_flags: traceFlags.toString(16).padStart(2, '0'),
  };
}

/**
 * The ids of the active span for a line of the log; an empty object outside of any. For loggers
 * that nestrace does not find by itself. Never throws.
 *
 * @example
 * ```ts
 * pino({ mixin: traceFields });
 * winston.format((info) => Object.assign(info, traceFields()))();
 * ```
 *
 * @publicApi
 */
export function traceFields(): Partial<TraceFields> {
  const span = spanOfLine();
  return span === undefined ? {} : fieldsOf(span);
}
