import { isPromise } from 'node:util/types';
import { runIn } from '../active-context.js';
import { fail, succeed } from './finish-method-span.js';
import { wrapSteps } from './generator-steps.js';
import type { MethodPlan } from './method-plan.js';
import type { StartedSpan } from './start-method-span.js';

/**
 * Runs every step of a generator inside a span, which ends when the generator is done. What the
 * consumer does between two steps stays in the consumer's own context.
 */
export function tracedIterator(
  plan: MethodPlan,
  iterator: object,
  start: () => StartedSpan | undefined,
): object {
  let started: StartedSpan | undefined;
  let asked = false;
  wrapSteps(iterator, (step) => {
    if (!asked) {
      asked = true;
      started = start();
    }
    return started === undefined ? step() : runStep(plan, started, step);
  });
  return iterator;
}

function runStep(plan: MethodPlan, started: StartedSpan, run: () => unknown): unknown {
  const { span } = started;
  const settle = (result: unknown): unknown => {
    if ((result as IteratorResult<unknown> | undefined)?.done === true) {
      succeed(plan, span, undefined);
    }
    return result;
  };
  const failed = (error: unknown): never => {
    fail(plan, span, error);
    throw error;
  };
  let result: unknown;
  try {
    result = runIn(started.context, run);
  } catch (error) {
    return failed(error);
  }
  return isPromise(result) ? result.then(settle, failed) : settle(result);
}
