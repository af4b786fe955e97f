import type { Span } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { clockOffset } from './span-clock.js';
import type { TraceBuffer } from './keeping/trace-buffer.js';
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

/** Why a trace is exported that was not sampled. */
export type KeepReason = 'error' | 'slow' | 'custom';

type Deliver = (span: ReadableSpan) => void;

/** What runs before a handler is known are middleware and what they call. */
const MAX_WAITING = 200;

/** What this process knows about its part of one trace. */
export class LocalTrace {
  /** Set when it turns out that the request must leave no trace; its spans are then not exported. */
  discarded = false;
  /** Whether that is still to turn out. What ends before waits for it. */
  isUndecided = false;
  private waiting: { readonly span: ReadableSpan; readonly deliver: Deliver }[] | undefined;
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
  /** The panel has enough of its kind just now. */
  isPassedOver = false;
  /** What waits for the root to end, where the trace is not sampled and may be kept as a whole. */
  buffer: TraceBuffer | undefined;
  /** It is exported, though the sampler has left it out. */
  keptFor: KeepReason | undefined;

  constructor(
    /** The first span of the trace in this process. */
    readonly root: Span,
    readonly telemetry: Telemetry | undefined,
    readonly limits: TraceLimits = NO_LIMITS,
  ) {}

  /** Whether a span has to wait until it is known if the trace is to be seen. */
  holdsBack(span: ReadableSpan, deliver: Deliver): boolean {
    if (!this.isUndecided) return false;
    this.waiting ??= [];
    this.waiting.push({ span, deliver });
    if (this.waiting.length >= MAX_WAITING) this.decide();
    return true;
  }

  /** It is known now. */
  decide(): void {
    this.isUndecided = false;
    const { waiting } = this;
    if (waiting === undefined) return;
    this.waiting = undefined;
    for (const { span, deliver } of waiting) deliver(span);
  }

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
const LEFT_BEHIND = Symbol('nestrace.left-behind');

interface Marked {
  [LOCAL_TRACE]?: LocalTrace;
  [PARENT]?: Span | undefined;
  /** The span has ended and will not be seen. */
  [LEFT_BEHIND]?: boolean;
}

export function localTraceOf(span: Span): LocalTrace | undefined {
  return (span as Marked)[LOCAL_TRACE];
}

/** Gives a new span the record of its parent, or a record of its own when it is a local root. */
export function joinLocalTrace(
  span: Span,
  parent: Span | undefined,
  telemetry: Telemetry | undefined,
  limits?: TraceLimits,
): LocalTrace {
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

/** Whether a span has ended and will not be seen: nothing may hang below it any more. */
export function isLeftBehind(span: Span): boolean {
  return (span as Marked)[LEFT_BEHIND] === true;
}

/**
 * A span goes to where it is exported, or is left behind. Work that starts the next piece of work
 * before it ends goes on for as long as the process: not one of its spans may hold all those before.
 */
export function leaveLocalTrace(span: Span, isShown: boolean): void {
  const marked = span as Marked;
  const parent = marked[PARENT];
  if (isShown) {
    if (parent?.isRecording() === false) marked[PARENT] = undefined;
    return;
  }
  marked[LEFT_BEHIND] = true;
  // What was left behind before leads on to what is seen, and no further.
  if (parent !== undefined && isLeftBehind(parent)) marked[PARENT] = localParentOf(parent);
}

/** Takes a whole local trace out of the export, for requests known too late to be ignored. */
export function discardLocalTrace(span: Span): void {
  const local = localTraceOf(span);
  if (local !== undefined) local.discarded = true;
}
