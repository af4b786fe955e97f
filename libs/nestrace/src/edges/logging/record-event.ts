import type { Attributes, Span } from '@opentelemetry/api';
import { OWN_LOG_CONTEXT } from '../../core/operations-log.js';
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  ATTR_LOG_MESSAGE,
  ATTR_LOG_SEVERITY,
  ATTR_NEST_LOG_CONTEXT,
  ATTR_NEST_LOG_OMITTED,
  EVENT_LOG,
} from '../../pipeline/attributes.js';
import { isRecorded } from '../../pipeline/exceptions.js';
import { markWorthShowing } from '../../pipeline/folding/short-spans.js';
import { tentativeCallOf } from '../../pipeline/folding/tentative-call.js';
import { factsOf } from './error-facts.js';
import { ERROR, LEVELS, WARN } from './log-levels.js';
import { contextOf, readRecord, type LogCall } from './log-record.js';
import type { LogSettings } from './log-settings.js';

/** Characters of a stack. */
const MAX_STACK = 4000;

/** How many lines a span has been given, also those it had no room for. */
const LINES = Symbol('nestrace.log-lines');

interface Marked {
  [LINES]?: { kept: number; omitted: number };
}

/** Puts a record of a logger on a span, as far as there is room. */
export function recordEvent(
  span: Span,
  rank: number,
  settings: LogSettings,
  call: Omit<LogCall, 'takesStack'>,
): void {
  // Before anything is made of the record: a loop may write thousands there is no room for.
  if (isOurs(call) || !admits(span, rank, settings)) return;
  const { message, context, error, stack } = readRecord({ ...call, takesStack: rank >= ERROR });
  const attributes: Attributes = {
    [ATTR_LOG_SEVERITY]: LEVELS[rank] ?? '',
    [ATTR_LOG_MESSAGE]: message,
  };
  if (context !== undefined) attributes[ATTR_NEST_LOG_CONTEXT] = context;
  let trail = stack;
  if (error !== undefined) {
    const facts = factsOf(error);
    attributes[ATTR_EXCEPTION_TYPE] = facts.type;
    attributes[ATTR_EXCEPTION_MESSAGE] = facts.message;
    // The trace has the stack of an error once.
    if (!isRecorded(span, error)) trail ??= facts.stack;
  }
  if (trail !== undefined) attributes[ATTR_EXCEPTION_STACKTRACE] = trail.slice(0, MAX_STACK);
  span.addEvent(EVENT_LOG, attributes);
  if (rank >= WARN) keepShown(span);
}

/** What nestrace says itself is not about the span it happens to be said in. */
function isOurs({ self, args }: Pick<LogCall, 'self' | 'args'>): boolean {
  return contextOf(self) === OWN_LOG_CONTEXT || args.at(-1) === OWN_LOG_CONTEXT;
}

/** A warning must not get lost in a sum of many calls, or with a call that was too short. */
function keepShown(span: Span): void {
  tentativeCallOf(span)?.keepWhole();
  markWorthShowing(span);
}

function admits(span: Span, rank: number, { room, reserve }: LogSettings): boolean {
  const lines = ((span as Marked)[LINES] ??= { kept: 0, omitted: 0 });
  if (lines.kept < (rank >= ERROR ? room + reserve : room)) {
    lines.kept++;
    return true;
  }
  span.setAttribute(ATTR_NEST_LOG_OMITTED, ++lines.omitted);
  return false;
}
