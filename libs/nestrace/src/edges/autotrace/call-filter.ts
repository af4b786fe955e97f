import { trace } from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import { activeContext, runIn } from '../../pipeline/active-context.js';
import { awaitingFilter } from '../../pipeline/executions/awaiting-filter.js';
import { executionIn, type ExecutionSpan } from '../../pipeline/executions/execution-span.js';
import { localTraceOf, type TraceEntry } from '../../pipeline/local-trace.js';
import type { Method, MethodPlan } from '../../pipeline/methods/method-plan.js';
import { callTraced } from '../../pipeline/methods/traced-call.js';
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

/**
 * Calls an exception filter inside a span, and tells the request who answers for its exception: a
 * filter of the application keeps it from the one of Nest, where it would be seen otherwise.
 */
export function callFilter(
  plan: MethodPlan,
  method: Method,
  receiver: unknown,
  args: ArrayLike<unknown>,
): unknown {
  const entries = entriesHere();
  try {
    for (const entry of entries) {
      entry.threw(args[0]);
      entry.filteredBy(plan.name.replace(/\.catch$/, ''));
    }
  } catch (error) {
    noteFailure('exception', error);
  }
  let result = callTraced(plan, method, receiver, args);
  for (const entry of entries) result = entry.lastsUntil?.(result) ?? result;
  return result;
}

/** The request the exception belongs to, and the operation of GraphQL that is a part of it. */
function entriesHere(): ReadonlySet<TraceEntry> {
  const active = activeContext();
  const span = trace.getSpan(active);
  const found = [span && localTraceOf(span)?.entry, executionIn(active)];
  return new Set(found.filter((entry) => entry !== undefined));
}
