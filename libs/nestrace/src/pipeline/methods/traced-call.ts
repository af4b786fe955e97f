import { context } from '@opentelemetry/api';
import { isAsyncFunction, isPromise } from 'node:util/types';
import { canEnter, enter, leave } from '../active-context.js';
import { fail, succeed } from './finish-method-span.js';
import { isGeneratorObject } from './generator-steps.js';
import type { Method, MethodPlan } from './method-plan.js';
import { isPlainObservable } from './plain-observable.js';
import { startMethodSpan, type StartedSpan } from './start-method-span.js';
import { tracedIterator } from './traced-iterator.js';
import { tracedObservable } from './traced-observable.js';

/**
 * Calls a method inside a span and returns what the method returned. Whatever goes wrong with the
 * span, the method is called exactly once, and its result or error reaches the caller unchanged.
 */
export function callTraced(
  plan: MethodPlan,
  method: Method,
  receiver: unknown,
  args: ArrayLike<unknown>,
  /** Where the result is from, if the method only passes it on. */
  source: Method = method,
): unknown {
  const started = startMethodSpan(plan, args);
  if (started === undefined) return Reflect.apply(method, receiver, args);
  if (!canEnter()) {
    return settle(
      plan,
      started,
      applyWithManager(plan, started, method, receiver, args),
      args,
      source,
    );
  }
  const before = enter(started.context);
  let result: unknown;
  try {
    result = Reflect.apply(method, receiver, args);
  } catch (error) {
    leave(before);
    fail(plan, started.span, error);
    throw error;
  }
  leave(before);
  return settle(plan, started, result, args, source);
}

/** Goes through the context manager of somebody else, at the price of some frames on the stack. */
function applyWithManager(
  plan: MethodPlan,
  started: StartedSpan,
  method: Method,
  receiver: unknown,
  args: ArrayLike<unknown>,
): unknown {
  try {
    return context.with(started.context, applyMethod, undefined, method, receiver, args);
  } catch (error) {
    fail(plan, started.span, error);
    throw error;
  }
}

/** A generator does nothing before its first step, so its span starts there. */
export function callTracedGenerator(
  plan: MethodPlan,
  method: Method,
  receiver: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const iterator = Reflect.apply(method, receiver, args);
  const isObject = typeof iterator === 'object' && iterator !== null;
  return isObject ? tracedIterator(plan, iterator, () => startMethodSpan(plan, args)) : iterator;
}

function applyMethod(method: Method, receiver: unknown, args: ArrayLike<unknown>): unknown {
  return Reflect.apply(method, receiver, args);
}

/** Ends the span when the work is done, which depends on what came back. */
export function settle(
  plan: MethodPlan,
  started: StartedSpan,
  result: unknown,
  args: ArrayLike<unknown>,
  source: Method,
): unknown {
  try {
    if (typeof result === 'object' && result !== null) {
      if (isPromise(result) && isUsualPromise(result)) {
        return settlePromise(plan, started, result, isAsyncFunction(source));
      }
      if (isPlainObservable(result)) {
        return tracedObservable(plan, result, started, () => startMethodSpan(plan, args));
      }
      if (isGeneratorObject(result)) return tracedIterator(plan, result, () => started);
    }
  } catch {
    // Some objects refuse to be asked for names they do not have; that is no error of the method.
  }
  // A thenable that is no promise (a query builder) would be executed by looking at its result,
  // and a Subject is an identity others hold on to: both leave as they came.
  succeed(plan, started.span, result);
  return result;
}

/**
 * A promise others may hold on to leaves as it came: it may be kept in a set, or its rejection may
 * have been taken care of, while that of a promise derived from it would end the process. The price
 * is that Node does not report it when nobody handles the rejection. What an async function returns
 * is new, and nobody has seen it: there the derived one keeps that report.
 */
function settlePromise(
  plan: MethodPlan,
  { span }: StartedSpan,
  promise: Promise<unknown>,
  isNew: boolean,
): Promise<unknown> {
  const derived = promise.then(
    (value: unknown) => {
      succeed(plan, span, value);
      return value;
    },
    (error: unknown) => {
      fail(plan, span, error);
      if (isNew) throw error;
    },
  );
  return isNew ? derived : promise;
}

/**
 * Promises of a library are let be: where `then` does more than to wait, lazy ones start there, and
 * a promise that follows one of a subclass is an object of that class without its state. The text
 * is for promises of another realm; that of a bound function does not have the name.
 */
function isUsualPromise(promise: Promise<unknown>): boolean {
  if (!Object.hasOwn(Object.getPrototypeOf(promise) as object, 'then')) return false;
  return promise.then === Promise.prototype.then || NATIVE_THEN.test(String(promise.then));
}

const NATIVE_THEN = /^function then\(\) \{ \[native code\] \}$/;
