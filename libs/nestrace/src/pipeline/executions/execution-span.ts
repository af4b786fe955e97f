import { createContextKey, type Context, type HrTime } from '@opentelemetry/api';
import { isPromise } from 'node:util/types';
import { noteFailure } from '../../core/failures.js';
import {
  ATTR_ERROR_TYPE,
  ATTR_NEST_EXCEPTION_FILTER,
  ATTR_NEST_EXCEPTION_ORIGIN,
} from '../attributes.js';
import { errorType, failSpan, originOf } from '../exceptions.js';
import { localTraceOf, type TraceEntry } from '../local-trace.js';
import type { StartedSpan } from '../methods/start-method-span.js';
import { clockOffset, timeAt } from '../span-clock.js';

const EXECUTION = createContextKey('nestrace.execution');

/** The execution something runs in. */
export function executionIn(active: Context): ExecutionSpan | undefined {
  return active.getValue(EXECUTION) as ExecutionSpan | undefined;
}

/** What an execution failed with; anything may be thrown. */
interface Failure {
  readonly error: unknown;
}

/**
 * The span of one execution Nest runs for a message, an event or an operation of GraphQL: from its
 * first guard until its answer is complete, or a filter has answered for its exception.
 */
export class ExecutionSpan implements TraceEntry {
  /** Everything the execution does has to run in here. */
  readonly context: Context;
  private isTaken = false;
  private isRefused = false;
  private failure: Failure | undefined;
  private filter: string | undefined;
  /** Filters that are still at work. */
  private pending = 0;
  private isDone = false;
  /** When the last guard was done with it. */
  private leftAt: HrTime | undefined;

  constructor(private readonly started: StartedSpan) {
    this.context = started.context.setValue(EXECUTION, this);
    const local = localTraceOf(started.span);
    if (local?.root === started.span) local.entry = this;
  }

  get isRecording(): boolean {
    return this.started.span.isRecording();
  }

  /** Whether guards decide about it: its handler has not begun. */
  get isGuarded(): boolean {
    return !this.isTaken && !this.isRefused && this.failure === undefined;
  }

  get isFiltered(): boolean {
    return this.filter !== undefined;
  }

  /** Whether the caller is the first to run its handler. */
  take(): boolean {
    if (!this.isGuarded) return false;
    this.isTaken = true;
    return true;
  }

  /** A guard is done with it. Returns whether that was the first one. */
  leave(): boolean {
    const isFirst = this.leftAt === undefined;
    this.leftAt = this.now();
    return isFirst;
  }

  /** Nobody came after the guards. */
  endAsLeft(): void {
    this.end(this.leftAt);
  }

  /** A guard has denied. Nest makes an exception of that, of this type as a rule. */
  refuse(exceptionType: string): void {
    this.isRefused = true;
    this.started.span.setAttribute(ATTR_ERROR_TYPE, exceptionType);
  }

  /** Whether a filter that was given this exception may be working for it. */
  mayHaveThrown(exception: unknown): boolean {
    return this.isRefused || this.failure?.error === exception;
  }

  threw(error: unknown): void {
    const { span } = this.started;
    if (!span.isRecording()) return;
    if (this.isRefused) span.setAttribute(ATTR_ERROR_TYPE, errorType(error));
    if (this.isRefused || this.failure !== undefined) return;
    this.failure = { error };
    const origin = originOf(span, error);
    if (origin !== undefined) span.setAttribute(ATTR_NEST_EXCEPTION_ORIGIN, origin);
    failSpan(span, error);
  }

  filteredBy(filter: string): void {
    this.filter = filter;
    this.started.span.setAttribute(ATTR_NEST_EXCEPTION_FILTER, filter);
  }

  lastsUntil(result: unknown): unknown {
    if (!isPromise(result) || !this.isRecording) return result;
    this.pending++;
    return result.then(
      (value: unknown) => {
        this.filterIsDone();
        return value;
      },
      (error: unknown) => {
        this.filterIsDone();
        throw error;
      },
    );
  }

  /** This moment on the clock of the trace, to end the span at later. */
  now(): HrTime {
    return timeAt(localTraceOf(this.started.span)?.clockOffset ?? clockOffset());
  }

  /** It is over, now or since the given time, unless a filter is still at work. */
  end(at?: HrTime): void {
    this.isDone = true;
    if (this.pending > 0) return;
    try {
      if (this.isRecording) this.started.span.end(at);
    } catch (error) {
      noteFailure('execution', error);
    }
  }

  private filterIsDone(): void {
    this.pending--;
    if (this.isDone) this.end();
  }
}
