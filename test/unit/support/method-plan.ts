import { SpanKind } from '@opentelemetry/api';
import type { MethodPlan } from '../../../libs/nestrace/src/pipeline/methods/method-plan.js';
import {
  callTraced,
  callTracedGenerator,
} from '../../../libs/nestrace/src/pipeline/methods/traced-call.js';

export function planOf(parts: Partial<MethodPlan> = {}): MethodPlan {
  return { name: 'method', kind: SpanKind.INTERNAL, attributes: {}, root: false, ...parts };
}

/** Calls a function as a decorated method of this plan. */
export function call<T>(method: () => T, plan: Partial<MethodPlan> = {}): T {
  return callTraced(planOf(plan), method, undefined, []) as T;
}

/** Calls a generator function as a decorated method of this plan. */
export function callGenerator<T>(method: () => T, plan: Partial<MethodPlan> = {}): T {
  return callTracedGenerator(planOf(plan), method, undefined, []) as T;
}
