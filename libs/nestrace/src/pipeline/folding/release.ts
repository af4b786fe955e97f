import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** Takes a span that has ended to the processors. */
export type Release = (span: ReadableSpan) => void;

const RELEASE = Symbol('nestrace.release');

interface Marked {
  [RELEASE]?: Release;
}

/**
 * Remembers on a span where it goes when it has ended. A call of one application may have spans of
 * another one in it, and each goes its own way.
 */
export function releaseTo(span: object, release: Release): void {
  (span as Marked)[RELEASE] = release;
}

export function release(span: ReadableSpan): void {
  (span as Marked)[RELEASE]?.(span);
}
