import { trace } from '@opentelemetry/api';
import { noteFailure } from '../../../core/failures.js';
import { activeContext } from '../../../pipeline/active-context.js';
import { livingContext } from '../../../pipeline/lifecycle-scope.js';
import type { MethodPlan } from '../../../pipeline/methods/method-plan.js';
import { callTraced } from '../../../pipeline/methods/traced-call.js';
import { applicationOf } from './application-of.js';
import type { Entry, WrappedMethod } from './entry.js';
import { rootPlan } from '../choosing/operation-plan.js';
import { triggerIn } from './scheduler-hooks.js';

/** How a method is called that jobs or events call: it begins a trace where there is none. */
export function operationEntry(wrapped: WrappedMethod): Entry {
  return (receiver) => {
    const plan = planOutside(wrapped, receiver);
    return plan && { call: (_, self, args) => callTraced(plan, wrapped.find(), self, args) };
  };
}

/** The plan of a trace of its own; undefined inside another one, and where it is not wanted. */
function planOutside(wrapped: WrappedMethod, receiver: unknown): MethodPlan | undefined {
  try {
    const active = livingContext(activeContext());
    if (trace.getSpan(active) !== undefined) return undefined;
    const telemetry = applicationOf(wrapped.users, receiver)?.telemetry;
    const plan = telemetry && wrapped.planFor(telemetry);
    return plan && rootPlan(plan, wrapped.method, triggerIn(active), telemetry);
  } catch (error) {
    noteFailure('execution', error);
    return undefined;
  }
}
