import { types } from 'node:util';
import { DecoratorUsageError } from '../../core/errors/decorator-usage.error.js';
import type { Method, MethodPlan } from '../../pipeline/methods/method-plan.js';
import { callTraced, callTracedGenerator } from '../../pipeline/methods/traced-call.js';
import { hasMark, mark, TRACED_METHOD, UNTRACED } from '../../pipeline/methods/markers.js';
import { takeIdentity } from '../../pipeline/methods/method-identity.js';
import { planFor } from './traced-plan.js';
import type { TracedDecorator, TracedOptions } from './traced.options.js';

/**
 * Makes a span of every call of a method, or of all methods of a class.
 *
 * The span is a child of the one active at the call and lasts until the work is done: until a
 * Promise settles, an Observable completes (one span per subscription), a generator is exhausted.
 * What the method returns or throws reaches the caller unchanged. It can stand above or below other
 * decorators. While tracing is off the method is called directly.
 *
 * On a class it covers the methods declared there, except those with a decorator of their own;
 * a name given there replaces the name of the class.
 *
 * @example
 * ```ts
 * @Injectable()
 * class OrdersService {
 *   @Traced()
 *   findAll() {}
 *
 *   @Traced({ attributes: (id: string) => ({ 'order.id': id }) })
 *   cancel(id: string) {}
 * }
 * ```
 *
 * @throws DecoratorUsageError on anything that is neither a method nor a class
 * @publicApi
 */
export function Traced(name?: string): TracedDecorator;
export function Traced<const O extends TracedOptions>(options: O): TracedDecorator<O>;
export function Traced(given: string | TracedOptions = {}): TracedDecorator {
  const options = typeof given === 'string' ? { name: given } : given;
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (key === undefined) {
      traceClass(target as { readonly prototype: object; readonly name: string }, options);
      return;
    }
    if (typeof descriptor?.value !== 'function') {
      throw DecoratorUsageError.notAMethod('Traced', placeOf(target, key));
    }
    descriptor.value = traceMethod(target, key, descriptor.value as Method, options);
  };
}

function traceClass(
  target: { readonly prototype: object; readonly name: string },
  options: TracedOptions,
): void {
  if (typeof target !== 'function') throw DecoratorUsageError.notAMethod('Traced', String(target));
  const { prototype } = target;
  for (const key of Reflect.ownKeys(prototype)) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, key);
    const method: unknown = descriptor?.value;
    if (key === 'constructor' || typeof method !== 'function' || !descriptor?.configurable)
      continue;
    if (types.isProxy(method) || hasMark(method, TRACED_METHOD) || hasMark(method, UNTRACED))
      continue;
    const name = `${options.name ?? target.name}.${String(key)}`;
    Object.defineProperty(prototype, key, {
      ...descriptor,
      value: traceMethod(prototype, key, method as Method, { ...options, name }),
    });
  }
}

function traceMethod(
  target: object,
  key: string | symbol,
  method: Method,
  options: TracedOptions,
): Method {
  // Made at the first call: only then have all decorators of the method left their metadata.
  let plan: MethodPlan | undefined;
  const call = isGeneratorFunction(method) ? callTracedGenerator : callTraced;
  const wrapper = function (this: unknown): unknown {
    plan ??= planFor(target, key, wrapper, options);
    // oxlint-disable-next-line prefer-rest-params -- rest parameters would copy them once more
    return call(plan, method, this, arguments);
  };
  takeIdentity(wrapper, method);
  mark(wrapper, TRACED_METHOD);
  return wrapper;
}

/** Known by its prototype: looking for iterators in results would catch streams as well. */
function isGeneratorFunction(method: Method): boolean {
  return types.isGeneratorFunction(method);
}

function placeOf(target: object, key: string | symbol): string {
  const owner = typeof target === 'function' ? target : target.constructor;
  return `${owner.name}.${String(key)}`;
}
