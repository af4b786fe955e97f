import type { Context } from '@opentelemetry/api';
import { Observable, Subscriber } from 'rxjs';
import { noteFailure } from '../../core/failures.js';
import { activeContext, runIn } from '../active-context.js';
import { awaitFilter } from './awaiting-filter.js';
import type { ExecutionSpan } from './execution-span.js';

/** An execution that has begun, and what is needed to run its handler. */
export interface RunningExecution {
  readonly span: ExecutionSpan;
  /** What Nest gave to guards and interceptors, and gives to filters. */
  readonly args: ArrayLike<unknown>;
  readonly handle: () => Observable<unknown>;
  /** Begins it once more: an interceptor may subscribe again when the first answer was a failure. */
  readonly again: () => ExecutionSpan | undefined;
}

/**
 * The answer of an execution, subscribed inside its span. Values are delivered in the context of
 * the subscriber, failures in that of the span: what Nest does about them, its filters first of
 * all, belongs to the execution.
 */
export function answerOf({ span, args, handle, again }: RunningExecution): Observable<unknown> {
  let next: ExecutionSpan | undefined = span;
  return new Observable((subscriber) => {
    const execution = next ?? again();
    next = undefined;
    if (execution === undefined) return handle().subscribe(subscriber);
    const inner = new AnswerSubscriber(subscriber, execution, args, activeContext());
    return runIn(execution.context, () => handle().subscribe(inner));
  });
}

/** Chained to the outer subscriber, so that a source notices when nobody listens any more. */
class AnswerSubscriber extends Subscriber<unknown> {
  private isFailing = false;

  constructor(
    private readonly outer: Subscriber<unknown>,
    private readonly execution: ExecutionSpan,
    private readonly args: ArrayLike<unknown>,
    private readonly downstream: Context,
  ) {
    super(outer);
    this.add(() => {
      // Whoever catches the error unsubscribes before the filter is done.
      if (!this.isFailing) this.execution.end();
    });
  }

  protected override _next(value: unknown): void {
    runIn(this.downstream, () => {
      this.outer.next(value);
    });
  }

  protected override _error(error: unknown): void {
    this.isFailing = true;
    try {
      this.execution.threw(error);
    } catch (inner) {
      // What was thrown may throw when it is looked at.
      noteFailure('execution', inner);
    }
    const at = this.execution.now();
    runIn(this.execution.context, () => {
      this.outer.error(error);
    });
    if (this.execution.isFiltered) this.execution.end();
    else awaitFilter(this.execution, this.args, at);
    this.unsubscribe();
  }

  protected override _complete(): void {
    this.execution.end();
    runIn(this.downstream, () => {
      this.outer.complete();
    });
    this.unsubscribe();
  }
}
