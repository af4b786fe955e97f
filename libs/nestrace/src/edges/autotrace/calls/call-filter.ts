import { trace } from '@opentelemetry/api';
import { noteFailure } from '../../../core/failures.js';
import { activeContext } from '../../../pipeline/active-context.js';
import { executionIn } from '../../../pipeline/executions/execution-span.js';
import { localTraceOf, type TraceEntry } from '../../../pipeline/local-trace.js';
import type { Method, MethodPlan } from '../../../pipeline/methods/method-plan.js';
import { callTraced } from '../../../pipeline/methods/traced-call.js';

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
