import type { Method } from '../../pipeline/methods/method-plan.js';

/** The method behind each wrapper of auto tracing. */
const originals = new WeakMap<object, Method>();

export function keepOriginal(wrapper: Method, method: Method): void {
  originals.set(wrapper, method);
}

/** The method itself, where this is a wrapper of it. */
export function originalOf(method: Method): Method {
  return originals.get(method) ?? method;
}
