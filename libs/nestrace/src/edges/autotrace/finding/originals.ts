import type { Method } from '../../../pipeline/methods/method-plan.js';

/** How to find the method behind each wrapper of auto tracing: an inherited one may be replaced. */
const originals = new WeakMap<object, () => Method>();

export function keepOriginal(wrapper: Method, find: () => Method): void {
  originals.set(wrapper, find);
}

/** The method itself, where this is a wrapper of it. */
export function originalOf(method: Method): Method {
  return originals.get(method)?.() ?? method;
}
