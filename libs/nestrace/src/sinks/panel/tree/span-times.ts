import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';

/** The last moment a `Date` can hold; later ones are no times. */
const LATEST_MS = 8_640_000_000_000_000;

/** When a span began. One that came in without a time, or with an impossible one, gets the given. */
export function startMsOf({ startMs }: StoredSpan, otherwise: number): number {
  return Number.isFinite(startMs) && startMs > 0 && startMs <= LATEST_MS ? startMs : otherwise;
}

/** How long a span took; never negative, always a number. */
export function durationMsOf({ durationMs }: StoredSpan): number {
  return Number.isFinite(durationMs) && durationMs > 0 ? Math.min(durationMs, LATEST_MS) : 0;
}

/** Whole microseconds, as the browser gets them. */
export function toMicros(milliseconds: number): number {
  return Math.round(milliseconds * 1000);
}

/** Milliseconds with as many digits as a clock has. */
export function roundMs(milliseconds: number): number {
  return Math.round(milliseconds * 1000) / 1000;
}
