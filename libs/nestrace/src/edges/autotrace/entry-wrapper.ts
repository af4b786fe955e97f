import type { Method } from '../../pipeline/methods/method-plan.js';
import { filterWrapper } from './call-filter.js';
import { guardWrapper } from './call-guard.js';
import { operationWrapper } from './call-operation.js';
import { isJob, isListener } from './operation-metadata.js';
import { ENHANCER_METHOD } from './roles.js';
import type { WrappedMethod } from './wrapped-method.js';

/**
 * Most methods have something to record only inside a trace. Those that Nest may call outside of
 * one have another wrapper around the usual one. A guard or a filter is known by the name of its
 * method: a class may turn out to be one later.
 */
export function entryWrapper(wrapped: WrappedMethod, inTrace: Method): Method {
  if (wrapped.key === ENHANCER_METHOD.guard) return guardWrapper(wrapped, inTrace);
  if (wrapped.key === ENHANCER_METHOD.filter) return filterWrapper(inTrace);
  const { method } = wrapped;
  return isJob(method) || isListener(method) ? operationWrapper(wrapped, inTrace) : inTrace;
}
