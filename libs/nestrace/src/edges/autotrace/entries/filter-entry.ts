import { noteFailure } from '../../../core/failures.js';
import { activeContext, runIn } from '../../../pipeline/active-context.js';
import { awaitingFilter } from '../../../pipeline/executions/awaiting-filter.js';
import { executionIn, type ExecutionSpan } from '../../../pipeline/executions/execution-span.js';
import type { Method } from '../../../pipeline/methods/method-plan.js';
import type { Entry } from './entry.js';
import { executionFrom } from './execution-from.js';

/**
 * How an exception filter is called. Nest does so after the execution that has failed, and outside
 * of it, though it is a part of it.
 */
export const filterEntry: Entry = (_, { 0: exception, 1: host }) => {
  const execution = failedExecution(exception, host);
  return execution && { call: (...call) => runIn(execution.context, apply, ...call) };
};

function failedExecution(exception: unknown, host: unknown): ExecutionSpan | undefined {
  try {
    const failed = executionFrom(host);
    const execution = failed && awaitingFilter(exception, failed.getArgs());
    return executionIn(activeContext()) === execution ? undefined : execution;
  } catch (error) {
    noteFailure('execution', error);
    return undefined;
  }
}

function apply(wrapper: Method, receiver: unknown, args: ArrayLike<unknown>): unknown {
  return Reflect.apply(wrapper, receiver, args);
}
