import { SpanKind } from '@opentelemetry/api';
import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';
import { isQuery } from '../spans/span-kinds.js';
import { queryOf, systemOf } from '../sql/trace-queries.js';
import { targetOf } from './target.js';

/** `waiting: postgresql SELECT orders`: what a trace in flight is at, by the call it began last. */
export function waitingNote(spans: readonly StoredSpan[]): string | undefined {
  let waiting: StoredSpan | undefined;
  for (const span of spans) {
    if (!span.isOpen || (waiting !== undefined && !isRather(span, waiting))) continue;
    waiting = span;
  }
  return waiting && `waiting: ${describe(waiting)}`;
}

/** A call of something outside says more than the method that makes it. */
function isRather(span: StoredSpan, other: StoredSpan): boolean {
  const difference = Number(isCall(span)) - Number(isCall(other));
  return difference === 0 ? span.startMs >= other.startMs : difference > 0;
}

function isCall({ kind }: StoredSpan): boolean {
  return kind === SpanKind.CLIENT || kind === SpanKind.PRODUCER;
}

function describe(span: StoredSpan): string {
  if (isQuery(span)) return `${systemOf(span)} ${queryOf(span).summary}`.trim();
  const target = isCall(span) ? targetOf(span) : undefined;
  return target === undefined ? span.name : `${span.name} ${target}`;
}
