import type { CallHandler } from '@nestjs/common';
import { isPromise } from 'node:util/types';
import { isObservable, type Observable } from 'rxjs';
import { runIn } from '../../pipeline/active-context.js';
import type { Method, MethodPlan } from '../../pipeline/methods/method-plan.js';
import { InterceptorPassage } from './interceptor-passage.js';

/**
 * Calls an interceptor. It has two spans, siblings of the handler's: one for what it does before it
 * calls the handler, one for what it does with the answer.
 */
export function callInterceptor(
  plan: MethodPlan,
  method: Method,
  receiver: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const next = args[1] as CallHandler | undefined;
  const passage =
    typeof next?.handle === 'function' ? InterceptorPassage.start(plan, args) : undefined;
  if (next === undefined || passage === undefined) return Reflect.apply(method, receiver, args);
  const given = [args[0], new PassedHandler(next, passage), ...Array.from(args).slice(2)];
  let result: unknown;
  try {
    result = runIn(passage.before, callWith, method, receiver, given);
  } catch (error) {
    passage.failed(error);
    throw error;
  }
  return isPromise(result) ? settle(passage, result) : passage.around(result);
}

function callWith(method: Method, receiver: unknown, args: unknown[]): unknown {
  return Reflect.apply(method, receiver, args);
}

function settle(passage: InterceptorPassage, promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (result) => passage.around(result),
    (error: unknown) => {
      passage.failed(error);
      throw error;
    },
  );
}

/** The handler as an interceptor sees it; calling it ends what comes before. */
class PassedHandler implements CallHandler {
  constructor(
    private readonly next: CallHandler,
    private readonly passage: InterceptorPassage,
  ) {}

  handle(): Observable<unknown> {
    this.passage.handlerIsCalled();
    // Nest binds the handler to the context in which handle() is called.
    const answer = runIn(this.passage.outer, () => this.next.handle());
    return isObservable(answer) ? this.passage.answerOf(answer) : answer;
  }
}
