import { trace } from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import { activeContext } from '../../pipeline/active-context.js';
import { livingContext } from '../../pipeline/lifecycle-scope.js';
import type { Method, MethodPlan } from '../../pipeline/methods/method-plan.js';
import { callTraced } from '../../pipeline/methods/traced-call.js';
import { applicationOf } from './application-of.js';
import { rootPlan } from './operation-plan.js';
import { triggerIn } from './scheduler-hooks.js';
import type { WrappedMethod } from './wrapped-method.js';

/** The wrapper of a method that jobs or events call: it begins a trace where there is none. */
export function operationWrapper(wrapped: WrappedMethod, inTrace: Method): Method {
  /* oxlint-disable prefer-rest-params -- rest parameters would copy the arguments once more */
  const { wrapper } = {
    wrapper(this: unknown): unknown {
      const plan = planOutside(wrapped, this);
      if (plan === undefined) return Reflect.apply(inTrace, this, arguments);
      return callTraced(plan, wrapped.find(), this, arguments);
    },
  };
  /* oxlint-enable prefer-rest-params */
  return wrapper;
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
