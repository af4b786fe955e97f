import { SpanStatusCode, type Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { localParentOf, localTraceOf } from '../local-trace.js';
import { milliseconds } from '../span-clock.js';

const AUTOMATIC = Symbol('nestrace.automatic');
const CHILDREN = Symbol('nestrace.children');
const WORTH_SHOWING = Symbol('nestrace.worth-showing');

interface Marked {
  /** On a span: nobody asked for it by name. */
  [AUTOMATIC]?: boolean;
  /** On a span: it holds something that somebody will look for. */
  [WORTH_SHOWING]?: boolean;
  /** On a parent: children that are open or will be exported, which it must not leave alone. */
  [CHILDREN]?: number;
}

export function markAutomatic(span: Span): void {
  (span as Marked)[AUTOMATIC] = true;
}

/** Such a span is shown, however short it is. */
export function markWorthShowing(span: Span): void {
  (span as Marked)[WORTH_SHOWING] = true;
}

export function isAutomatic(span: Span): boolean {
  return (span as Marked)[AUTOMATIC] === true;
}

export function childStarted(span: Span): void {
  const parent = localParentOf(span) as Marked | undefined;
  if (parent !== undefined) parent[CHILDREN] = (parent[CHILDREN] ?? 0) + 1;
}

/** Whether a span that has ended took less time than is worth to be shown, and nothing needs it. */
export function isTooShort(span: ReadableSpan, minDurationMs: number): boolean {
  const marked = span as Marked;
  return (
    marked[AUTOMATIC] === true &&
    marked[WORTH_SHOWING] !== true &&
    (marked[CHILDREN] ?? 0) === 0 &&
    span.status.code !== SpanStatusCode.ERROR &&
    milliseconds(span.duration) < minDurationMs
  );
}

/** A span will not be exported: its parent may be short, and there is room for another one. */
export function childForgotten(span: Span): void {
  const parent = localParentOf(span) as Marked | undefined;
  if (parent?.[CHILDREN] !== undefined) parent[CHILDREN]--;
  const local = localTraceOf(span);
  if (local !== undefined) local.spans--;
}
