import type { Context, Span } from '@opentelemetry/api';
import { Observable, Subscriber } from 'rxjs';
import { activeContext, runIn } from '../active-context.js';
import type { MethodPlan } from './method-plan.js';
import type { StartedSpan } from './start-method-span.js';
import { end, fail, succeed } from './finish-method-span.js';

/**
 * An Observable that is subscribed inside a span. The first subscription gets the span of the call,
 * every further one a span of its own. That span had to start before anyone could know what the
 * method returns; of an Observable that nobody subscribes it goes with the Observable, without end.
 *
 * Values are delivered in the context of the subscriber: otherwise whatever is done with them
 * downstream would look as if the method had done it.
 */
export function tracedObservable(
  plan: MethodPlan,
  source: Observable<unknown>,
  first: StartedSpan,
  startAnother: () => StartedSpan | undefined,
): Observable<unknown> {
  let next: StartedSpan | undefined = first;
  return new Observable((subscriber) => {
    const started = next ?? startAnother();
    next = undefined;
    if (started === undefined) return source.subscribe(subscriber);
    const inner = new SpanSubscriber(subscriber, plan, started.span, activeContext());
    return runIn(started.context, () => source.subscribe(inner));
  });
}

/**
 * Stands between source and subscriber. It is a Subscriber chained to the outer one, not an
 * observer: only then does a source that emits without end notice that nobody listens any more.
 */
class SpanSubscriber extends Subscriber<unknown> {
  private last: unknown;

  constructor(
    private readonly outer: Subscriber<unknown>,
    private readonly plan: MethodPlan,
    private readonly span: Span,
    private readonly downstream: Context,
  ) {
    super(outer);
    // Not an overridden `unsubscribe`: that of an outer one which has gone already comes from super().
    this.add(() => {
      end(this.span);
    });
  }

  protected override _next(value: unknown): void {
    if (this.plan.lastValueIsResult === true) this.last = value;
    runIn(this.downstream, () => {
      this.outer.next(value);
    });
  }

  protected override _error(error: unknown): void {
    fail(this.plan, this.span, error);
    runIn(this.downstream, () => {
      this.outer.error(error);
    });
    this.unsubscribe();
  }

  protected override _complete(): void {
    succeed(this.plan, this.span, this.last);
    runIn(this.downstream, () => {
      this.outer.complete();
    });
    this.unsubscribe();
  }
}
