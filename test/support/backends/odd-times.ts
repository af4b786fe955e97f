import type { HrTime, Span } from '@opentelemetry/api';
import type { TraceService } from 'nestrace';

/** Rounding and cutting off are not the same for them, before a sum and after it. */
const STARTS: readonly number[] = [0, 1, 499, 500, 501, 999, 1000, 1499, 1500];
const LENGTHS = STARTS.slice(1);

/** When a trace of {@link makeOddTimes} starts: the last whole second but one. */
export function oddStart(): HrTime {
  return [Math.floor(Date.now() / 1000) - 1, 0];
}

/** Spans where microseconds have to be made of odd nanoseconds, all within their root. */
export function makeOddTimes([seconds]: HrTime, root: Span, tracing: TraceService): void {
  const tracer = tracing.tracer('clock', '0.1.0');
  for (const start of STARTS) {
    for (const length of LENGTHS) {
      tracer
        .startSpan(`from ${start} for ${length}`, { startTime: [seconds, start] })
        .end([seconds, start + length]);
    }
  }
  root.end([seconds, 10_000]);
}
