import { trace } from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import { activeContext } from '../../pipeline/active-context.js';
import { localTraceOf } from '../../pipeline/local-trace.js';
import type { Method, MethodPlan } from '../../pipeline/methods/method-plan.js';
import { callTraced } from '../../pipeline/methods/traced-call.js';

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
  try {
    const span = trace.getSpan(activeContext());
    const entry = span && localTraceOf(span)?.entry;
    entry?.threw(args[0]);
    entry?.filteredBy(plan.name.replace(/\.catch$/, ''));
  } catch (error) {
    noteFailure('exception', error);
  }
  return callTraced(plan, method, receiver, args);
}
