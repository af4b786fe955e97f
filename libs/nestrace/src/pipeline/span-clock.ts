import type { HrTime } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/sdk-trace';

/**
 * The SDK starts spans on whole milliseconds of the wall clock. That is too coarse to tell what ran
 * before what, and a clock that is set while a request runs would tear its trace apart. So the wall
 * clock is read once per local trace, and the start of every span in it is counted from there by
 * the monotonic clock; the SDK itself already counts the end from the start in the same way.
 */

/** How far the two clocks of Node may differ before only the wall clock is believed. */
const MAX_CLOCK_DRIFT_MS = 2;

/** What has to be added to `performance.now()` to get the wall clock, in milliseconds. */
export function clockOffset(): number {
  const coarse = Date.now();
  const monotonic = performance.now();
  const isInStep = Math.abs(performance.timeOrigin + monotonic - coarse) <= MAX_CLOCK_DRIFT_MS;
  return isInStep ? performance.timeOrigin : coarse - monotonic;
}

/** A moment of the monotonic clock, now unless one is given, on the clock with this offset. */
export function timeAt(offset: number, monotonic = performance.now()): HrTime {
  const milliseconds = offset + monotonic;
  const seconds = Math.floor(milliseconds / 1000);
  return [seconds, Math.floor((milliseconds - seconds * 1000) * 1e6)];
}

/** What the SDK keeps of the start of a span. */
interface StartOrigin {
  startTime: HrTime;
  /** A start that was given is not ours to change. */
  readonly _startTimeProvided?: boolean;
  /** What the monotonic clock said then: the end and all events are counted from here. */
  readonly _performanceStartTime?: number;
}

/** Gives a span that has just started its exact start. */
export function refineStart(span: Span, offset: number): void {
  const inner = span as unknown as StartOrigin;
  if (inner._startTimeProvided !== false || inner._performanceStartTime === undefined) return;
  inner.startTime = timeAt(offset, inner._performanceStartTime);
}

/** A span of time as one number. */
export function milliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

export function isBefore([seconds, nanoseconds]: HrTime, other: HrTime): boolean {
  return seconds === other[0] ? nanoseconds < other[1] : seconds < other[0];
}
