import type { ReadableSpan } from '@opentelemetry/sdk-trace';

/** Takes a span that has ended to the processors: to be exported, or only to be over. */
export type Release = (span: ReadableSpan, isKept: boolean) => void;

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

/** The span is to be exported. */
export function keep(span: ReadableSpan): void {
  (span as Marked)[RELEASE]?.(span, true);
}

/** The span is not to be exported; whoever saw it start still sees it end. */
export function drop(span: ReadableSpan): void {
  (span as Marked)[RELEASE]?.(span, false);
}
