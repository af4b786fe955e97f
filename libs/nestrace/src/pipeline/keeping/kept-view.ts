import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { localTraceOf } from '../local-trace.js';
import { RecordedSpan } from '../spans/recorded-span.js';

/** Whether the span was left out by the sampler and may be exported all the same. */
export function isCandidate(span: unknown): span is RecordedSpan {
  return span instanceof RecordedSpan && span.unsampled?.isCandidate === true;
}

/** Whether the span was left out by the sampler and is exported all the same. */
export function isKept(span: unknown): boolean {
  return isCandidate(span) && localTraceOf(span)?.keptFor !== undefined;
}

/**
 * A span as processors and exporters have to see it for it to be exported. The span itself stays
 * what it was: work it has left behind belongs to a trace that is not sampled.
 */
export function asSampled(span: ReadableSpan): ReadableSpan {
  const spanContext = { ...span.spanContext(), traceFlags: TraceFlags.SAMPLED };
  return Object.create(span, { spanContext: { value: () => spanContext } }) as ReadableSpan;
}
