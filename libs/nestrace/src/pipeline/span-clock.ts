import type { HrTime } from '@opentelemetry/api';

/**
 * Whole milliseconds of the wall clock are too coarse to tell what ran before what, and a clock
 * that is set while a request runs would tear its trace apart. So the wall clock is read once per
 * local trace, and every time in it is counted from there by the monotonic clock.
 */

/** When the monotonic clock began to run, on the wall clock. It never changes, but is slow to ask for. */
const { timeOrigin } = performance;

/** How far the two clocks of Node may differ before only the wall clock is believed. */
const MAX_CLOCK_DRIFT_MS = 2;

/** What has to be added to `performance.now()` to get the wall clock, in milliseconds. */
export function clockOffset(): number {
  const coarse = Date.now();
  const monotonic = performance.now();
  const isInStep = Math.abs(timeOrigin + monotonic - coarse) <= MAX_CLOCK_DRIFT_MS;
  return isInStep ? timeOrigin : coarse - monotonic;
}

/** A moment of the monotonic clock, now unless one is given, on the clock with this offset. */
export function timeAt(offset: number, monotonic = performance.now()): HrTime {
  // The sum of both is too large a number to tell single microseconds.
  const start = Math.floor(offset / 1000);
  const sinceStart = offset - start * 1000 + monotonic;
  const seconds = Math.floor(sinceStart / 1000);
  return [start + seconds, Math.floor((sinceStart - seconds * 1000) * 1e6)];
}

/** A span of time as one number. */
export function milliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

export function isBefore([seconds, nanoseconds]: HrTime, other: HrTime): boolean {
  return seconds === other[0] ? nanoseconds < other[1] : seconds < other[0];
}
