import type { Span } from '@opentelemetry/sdk-trace';
import { tentativeCallOf } from '../folding/tentative-call.js';
import { isLeftBehind, localTraceOf } from '../local-trace.js';
import type { RecordedSpan } from '../spans/recorded-span.js';

/** It has ended, and nothing decides any more whether it is shown. */
export function isSettled(span: RecordedSpan): boolean {
  if (!span.ended || tentativeCallOf(span) !== undefined) return false;
  const local = localTraceOf(span);
  return local?.isUndecided !== true && local?.buffer?.isOpen !== true;
}

/** Folded, too short, or of a request that must leave no trace. */
export function isHidden(span: object): boolean {
  return isLeftBehind(span as Span) || localTraceOf(span as Span)?.discarded === true;
}
