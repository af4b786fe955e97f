import type { CallHandler } from '@nestjs/common';
import { isPromise } from 'node:util/types';
import { isObservable, type Observable } from 'rxjs';
import { runIn } from '../../../pipeline/active-context.js';
import type { Method, MethodPlan } from '../../../pipeline/methods/method-plan.js';
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
  const given = [args[0], passedHandler(next, passage), ...Array.from(args).slice(2)];
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

/**
 * The handler as an interceptor sees it; calling it ends what comes before. Like that of Nest it can
 * be called without a receiver (`defer(next.handle)`) and copied.
 */
function passedHandler(next: CallHandler, passage: InterceptorPassage): CallHandler {
  const handle = (): Observable<unknown> => {
    passage.handlerIsCalled();
    // Nest binds the handler to the context in which handle() is called.
    const inside = passage.contextOfHandler();
    const answer = runIn(inside, () => next.handle());
    return isObservable(answer) ? passage.answerOf(answer, inside) : answer;
  };
  return Object.create(Object.getPrototypeOf(next) as object | null, {
    ...Object.getOwnPropertyDescriptors(next),
    handle: { value: handle, configurable: true, enumerable: true, writable: true },
  }) as CallHandler;
}
