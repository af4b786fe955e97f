import { isAsyncFunction, isPromise } from 'node:util/types';
import { noteFailure } from '../../../core/failures.js';
import { activeContext, runIn } from '../../../pipeline/active-context.js';
import { end, fail } from '../../../pipeline/methods/finish-method-span.js';
import type { Method, MethodPlan } from '../../../pipeline/methods/method-plan.js';
import { startMethodSpan, type StartedSpan } from '../../../pipeline/methods/start-method-span.js';
import { contextAfter } from './context-after.js';

type Next = (error?: unknown) => unknown;

/** What matters of a response of Node. */
interface Response {
  readonly writableEnded?: boolean;
  once?(event: string, listener: () => void): unknown;
  off?(event: string, listener: () => void): unknown;
}

/**
 * Calls a middleware inside a span that ends when it hands the request on. What comes after is not
 * its work, so `next()` leads back into the context from which it was called. Middleware that
 * answers itself is done when the response is.
 */
export function callMiddleware(
  plan: MethodPlan,
  method: Method,
  receiver: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const index = args.length - 1;
  const next = args[index];
  if (typeof next !== 'function') return Reflect.apply(method, receiver, args);
  const outer = activeContext();
  const started = startMethodSpan(plan, args);
  if (started === undefined) return Reflect.apply(method, receiver, args);
  const passing = new Passing(plan, started);
  const given = Array.from(args);
  given[index] = (...rest: Parameters<Next>): unknown => {
    passing.handsOn(rest[0]);
    return runIn(contextAfter(started, outer), next as Next, ...rest);
  };
  try {
    const result = runIn(started.context, callWith, method, receiver, given);
    return passing.returned(
      result,
      isAsyncFunction(method),
      args[index - 1] as Response | undefined,
    );
  } catch (error) {
    passing.failed(error);
    throw error;
  }
}

function callWith(method: Method, receiver: unknown, args: unknown[]): unknown {
  return Reflect.apply(method, receiver, args);
}

/** One run of a middleware: it is over once, whatever comes first. */
class Passing {
  private isOver = false;
  /** Its end is the last one there may be. */
  private awaited: Response | undefined;

  constructor(
    private readonly plan: MethodPlan,
    private readonly started: StartedSpan,
  ) {}

  /** For routers an error is what is true; Express takes two texts for orders instead. */
  handsOn(error: unknown): void {
    if (!error || error === 'route' || error === 'router') this.done();
    else this.failed(error);
  }

  failed(error: unknown): void {
    if (this.isOver) return;
    this.over();
    fail(this.plan, this.started.span, error);
  }

  /** Gives back what the middleware returned. */
  returned(result: unknown, isNew: boolean, response: Response | undefined): unknown {
    if (this.isOver) return result;
    this.guarded(() => {
      if (response?.writableEnded === true) this.done();
      else this.await(response);
    });
    if (!isPromise(result)) return result;
    // As for methods: only what an async function returns was never seen by anyone.
    const derived = result.then(undefined, (error: unknown) => {
      this.failed(error);
      if (isNew) throw error;
    });
    return isNew ? derived : result;
  }

  private await(response: Response | undefined): void {
    this.awaited = response;
    response?.once?.('close', this.done);
  }

  private readonly done = (): void => {
    if (this.isOver) return;
    this.over();
    end(this.started.span);
  };

  private over(): void {
    this.isOver = true;
    // A dozen of them on one response, and Node warns of a leak.
    this.guarded(() => this.awaited?.off?.('close', this.done));
  }

  /** Others make responses as well, in tests for example. */
  private guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      noteFailure('traced.end', error);
    }
  }
}
