import { trace, type Context, type Span } from '@opentelemetry/api';
import { clockOffset } from './span-clock.js';
import type { Telemetry } from './telemetry.js';

/** What this process knows about its part of one trace. */
export class LocalTrace {
  /** Set when it turns out that the request must leave no trace; its spans are then not exported. */
  discarded = false;
  /** Queries flagged as N+1 so far. */
  nPlusOneQueries = 0;
  /** The clock of this trace: milliseconds to add to `performance.now()`. */
  readonly clockOffset = clockOffset();
  /** Ends what may have no end of its own; called when the root is about to end. */
  endsWithRoot: Set<() => void> | undefined;

  constructor(
    /** The first span of the trace in this process. */
    readonly root: Span,
    readonly telemetry: Telemetry | undefined,
  ) {}
}

/**
 * The record hangs on the spans themselves: a property costs less than a WeakMap entry, and there
 * is no table of trace ids that could grow or mix up two requests of one remote trace.
 */
const LOCAL_TRACE = Symbol('nestrace.local-trace');

interface Marked {
  [LOCAL_TRACE]?: LocalTrace;
}

export function localTraceOf(span: Span): LocalTrace | undefined {
  return (span as Marked)[LOCAL_TRACE];
}

/** Gives a new span the record of its parent, or a record of its own when it is a local root. */
export function joinLocalTrace(
  span: Span,
  parentContext: Context,
  telemetry: Telemetry | undefined,
): LocalTrace {
  const parent = trace.getSpan(parentContext);
  const inherited = parent === undefined ? undefined : localTraceOf(parent);
  const local = inherited ?? new LocalTrace(span, telemetry);
  (span as Marked)[LOCAL_TRACE] = local;
  return local;
}

/** Takes a whole local trace out of the export, for requests known too late to be ignored. */
export function discardLocalTrace(span: Span): void {
  const local = localTraceOf(span);
  if (local !== undefined) local.discarded = true;
}
