import { trace, type Context, type Span } from '@opentelemetry/api';
import { clockOffset } from './span-clock.js';
import type { Telemetry } from './telemetry.js';

/** How much of one local trace is recorded. */
export interface TraceLimits {
  readonly maxSpansPerTrace: number;
  /** Calls of one method under one parent that are shown one by one. */
  readonly foldAfter: number | false;
  readonly minDurationMs: number;
}

export const NO_LIMITS: TraceLimits = {
  maxSpansPerTrace: Number.POSITIVE_INFINITY,
  foldAfter: false,
  minDurationMs: 0,
};

/** What started a local trace and wants to know how it ends: an HTTP request, for example. */
export interface TraceEntry {
  /** An exception came up to the framework. */
  threw(error: unknown): void;
  /** The application's own filter answers for an exception. */
  filteredBy(filter: string): void;
  /** What that filter returned; what comes back is what Nest is to see. */
  lastsUntil?(result: unknown): unknown;
}

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
  entry: TraceEntry | undefined;
  /** Spans that are open, or have ended and will be exported. */
  spans = 0;
  /** Spans there was no room for. */
  omitted = 0;

  constructor(
    /** The first span of the trace in this process. */
    readonly root: Span,
    readonly telemetry: Telemetry | undefined,
    readonly limits: TraceLimits = NO_LIMITS,
  ) {}

  /** Whether there is room for another span; one that is turned away is counted. */
  admits(): boolean {
    if (this.spans < this.limits.maxSpansPerTrace) return true;
    this.omitted++;
    return false;
  }
}

/**
 * The record hangs on the spans themselves: a property costs less than a WeakMap entry, and there
 * is no table of trace ids that could grow or mix up two requests of one remote trace.
 */
const LOCAL_TRACE = Symbol('nestrace.local-trace');
const PARENT = Symbol('nestrace.parent');

interface Marked {
  [LOCAL_TRACE]?: LocalTrace;
  [PARENT]?: Span | undefined;
}

export function localTraceOf(span: Span): LocalTrace | undefined {
  return (span as Marked)[LOCAL_TRACE];
}

/** Gives a new span the record of its parent, or a record of its own when it is a local root. */
export function joinLocalTrace(
  span: Span,
  parentContext: Context,
  telemetry: Telemetry | undefined,
  limits?: TraceLimits,
): LocalTrace {
  const parent = trace.getSpan(parentContext);
  const inherited = parent === undefined ? undefined : localTraceOf(parent);
  const local = inherited ?? new LocalTrace(span, telemetry, limits);
  local.spans++;
  (span as Marked)[LOCAL_TRACE] = local;
  if (inherited !== undefined) (span as Marked)[PARENT] = parent;
  return local;
}

/** The span above, where it is of the same local trace. */
export function localParentOf(span: Span): Span | undefined {
  return (span as Marked)[PARENT];
}

/** Takes a whole local trace out of the export, for requests known too late to be ignored. */
export function discardLocalTrace(span: Span): void {
  const local = localTraceOf(span);
  if (local !== undefined) local.discarded = true;
}
