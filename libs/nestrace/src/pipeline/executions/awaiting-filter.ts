import type { HrTime } from '@opentelemetry/api';
import type { ExecutionSpan } from './execution-span.js';

/**
 * Executions that have failed outside of the reach of interceptors, for as long as it takes Nest to
 * call a filter: it does so in the same turn of the event loop.
 */
const waiting = new Map<ExecutionSpan, ArrayLike<unknown>>();

/** Ends an execution that failed at the given time, but not before its filter is done. */
export function awaitFilter(execution: ExecutionSpan, args: ArrayLike<unknown>, at: HrTime): void {
  if (!execution.isRecording) return;
  waiting.set(execution, args);
  setImmediate(() => {
    waiting.delete(execution);
    execution.end(execution.isFiltered ? undefined : at);
  });
}

/**
 * The execution a filter is called for. Nest gives the filter the same arguments as the guards, but
 * in another list.
 */
export function awaitingFilter(
  exception: unknown,
  args: ArrayLike<unknown>,
): ExecutionSpan | undefined {
  for (const [execution, given] of waiting) {
    const isIt = !execution.isFiltered && execution.mayHaveThrown(exception);
    if (isIt && areOf(given, args)) return execution;
  }
  return undefined;
}

/** Nest 11 tells guards of gateways the event once more than their filters. */
function areOf(given: ArrayLike<unknown>, args: ArrayLike<unknown>): boolean {
  for (let index = 0; index < args.length; index++) {
    if (index >= given.length || given[index] !== args[index]) return false;
  }
  return true;
}
