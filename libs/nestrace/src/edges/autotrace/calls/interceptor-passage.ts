import type { Context } from '@opentelemetry/api';
import { isObservable, Observable, Subscriber } from 'rxjs';
import { activeContext, runIn } from '../../../pipeline/active-context.js';
import {
  ATTR_CODE_FUNCTION_NAME,
  ATTR_NEST_INTERCEPTOR_PHASE,
} from '../../../pipeline/attributes.js';
import { end, fail } from '../../../pipeline/methods/finish-method-span.js';
import type { MethodPlan } from '../../../pipeline/methods/method-plan.js';
import { startMethodSpan, type StartedSpan } from '../../../pipeline/methods/start-method-span.js';
import { contextAfter } from './context-after.js';

/** The two plans of an interceptor. */
interface Phases {
  readonly before: MethodPlan;
  readonly after: MethodPlan;
}

const phasesOf = new WeakMap<MethodPlan, Phases>();

function phasesFor(plan: MethodPlan): Phases {
  let known = phasesOf.get(plan);
  if (known === undefined) {
    known = {
      before: phase(plan, plan.name, 'before'),
      after: phase(plan, afterName(plan), 'after'),
    };
    phasesOf.set(plan, known);
  }
  return known;
}

function afterName(plan: MethodPlan): string {
  return `${String(plan.attributes[ATTR_CODE_FUNCTION_NAME] ?? plan.name)} (after)`;
}

function phase(plan: MethodPlan, name: string, value: 'before' | 'after'): MethodPlan {
  return {
    ...plan,
    name,
    attributes: { ...plan.attributes, [ATTR_NEST_INTERCEPTOR_PHASE]: value },
  };
}

/**
 * One request on its way through an interceptor.
 *
 * Before: from the call until the interceptor asks for the handler. After: from the first thing the
 * handler answers until the interceptor has passed something on; of a stream that is its first
 * value. An interceptor that gives back the handler's answer untouched has no second span, one that
 * answers without the handler has only the first, which then lasts until its answer.
 */
export class InterceptorPassage {
  private isBefore = true;
  /** The answer of the handler as the interceptor got it. */
  private answer: unknown;
  private after: StartedSpan | undefined;
  private hasAnswered = false;

  private constructor(
    private readonly phases: Phases,
    private readonly started: StartedSpan,
    private readonly args: ArrayLike<unknown>,
    /** The context of the caller. */
    readonly outer: Context,
  ) {}

  static start(plan: MethodPlan, args: ArrayLike<unknown>): InterceptorPassage | undefined {
    const both = phasesFor(plan);
    const outer = activeContext();
    const started = startMethodSpan(both.before, args);
    return started && new InterceptorPassage(both, started, args, outer);
  }

  /** The context in which the interceptor itself runs. */
  get before(): Context {
    return this.started.context;
  }

  handlerIsCalled(): void {
    this.endBefore();
  }

  /** The context for the handler, as seen from where the interceptor calls it. */
  contextOfHandler(): Context {
    return contextAfter(this.started, this.outer);
  }

  /** The handler's answer, as the interceptor is to see it. */
  answerOf(source: Observable<unknown>, inside: Context): Observable<unknown> {
    const answer = new Observable((subscriber) =>
      runIn(inside, () => source.subscribe(new Incoming(subscriber, this))),
    );
    this.answer = answer;
    return answer;
  }

  /** What the interceptor returned, as Nest is to see it. */
  around(result: unknown): unknown {
    if (!isObservable(result)) {
      this.answered();
      return result;
    }
    if (result === this.answer) {
      this.hasAnswered = true;
      return result;
    }
    return new Observable((subscriber) => result.subscribe(new Outgoing(subscriber, this)));
  }

  /** The context in which the interceptor works on what the handler answered. */
  working(): Context {
    if (this.hasAnswered) return this.outer;
    this.after ??= runIn(this.outer, startMethodSpan, this.phases.after, this.args);
    return this.after?.context ?? this.outer;
  }

  /** The interceptor has passed something on. */
  answered(): void {
    if (this.hasAnswered) return;
    this.hasAnswered = true;
    this.endBefore();
    if (this.after !== undefined) end(this.after.span);
  }

  /** The interceptor has thrown, or passes an error on. */
  failed(error: unknown): void {
    if (this.hasAnswered) return;
    this.hasAnswered = true;
    if (this.isBefore) fail(this.phases.before, this.started.span, error);
    else if (this.after !== undefined) fail(this.phases.after, this.after.span, error);
    this.isBefore = false;
  }

  private endBefore(): void {
    if (!this.isBefore) return;
    this.isBefore = false;
    end(this.started.span);
  }
}

/** Between the handler and the interceptor. */
class Incoming extends Subscriber<unknown> {
  constructor(
    private readonly outer: Subscriber<unknown>,
    private readonly passage: InterceptorPassage,
  ) {
    super(outer);
  }

  protected override _next(value: unknown): void {
    runIn(this.passage.working(), () => {
      this.outer.next(value);
    });
  }

  protected override _error(error: unknown): void {
    runIn(this.passage.working(), () => {
      this.outer.error(error);
    });
    this.unsubscribe();
  }

  protected override _complete(): void {
    runIn(this.passage.working(), () => {
      this.outer.complete();
    });
    this.unsubscribe();
  }
}

/** Between the interceptor and Nest. */
class Outgoing extends Subscriber<unknown> {
  constructor(
    private readonly outer: Subscriber<unknown>,
    private readonly passage: InterceptorPassage,
  ) {
    super(outer);
    this.add(() => {
      this.passage.answered();
    });
  }

  protected override _next(value: unknown): void {
    this.passage.answered();
    runIn(this.passage.outer, () => {
      this.outer.next(value);
    });
  }

  protected override _error(error: unknown): void {
    this.passage.failed(error);
    runIn(this.passage.outer, () => {
      this.outer.error(error);
    });
    this.unsubscribe();
  }

  protected override _complete(): void {
    this.passage.answered();
    runIn(this.passage.outer, () => {
      this.outer.complete();
    });
    this.unsubscribe();
  }
}
