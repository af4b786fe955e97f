import { TraceFlags, type Span } from '@opentelemetry/api';
import { RecordedSpan } from './spans/recorded-span.js';

/**
 * Whether this process has decided not to record what happens below a span. It is the first
 * question of every edge, since the answer is yes for most calls of a sampled service.
 *
 * The flag tells, not `isRecording()`: a span that has ended does not record either, but work that
 * outlives its request still belongs to the trace. A remote parent has decided nothing here. What is
 * not sampled may be recorded all the same, and what is below it, or not.
 */
export function isLeftOut(parent: Span): boolean {
  const { traceFlags, isRemote } = parent.spanContext();
  return (
    (traceFlags & TraceFlags.SAMPLED) === 0 &&
    isRemote !== true &&
    !(parent instanceof RecordedSpan && parent.unsampled?.below !== undefined)
  );
}
