import { context, trace, type Context } from '@opentelemetry/api';
import { Observable } from 'rxjs';
import { DecoratorUsageError } from '../../core/errors/decorator-usage.error.js';
import { telemetryFor } from '../../pipeline/current-telemetry.js';
import { livingContext } from '../../pipeline/lifecycle-scope.js';
import { isGeneratorObject, wrapSteps } from '../../pipeline/methods/generator-steps.js';
import type { Method } from '../../pipeline/methods/method-plan.js';
import { hasMark, mark, TRACED_METHOD, UNTRACED } from '../../pipeline/methods/markers.js';
import { isPlainObservable } from '../../pipeline/methods/plain-observable.js';
import { untracedContext } from '../../pipeline/untraced.js';
import { takeIdentity } from '../../pipeline/methods/method-identity.js';

/**
 * Leaves no trace of a method, or of all methods of a class, nor of anything they call. On a
 * controller or one of its handlers the whole request is left out. While tracing is off the method
 * is called directly.
 *
 * @example
 * ```ts
 * @NoTrace()
 * @Get('status')
 * status() {}
 * ```
 *
 * @throws DecoratorUsageError on anything that is neither a method nor a class
 * @publicApi
 */
export function NoTrace(): ClassDecorator & MethodDecorator {
  return (target: object, key?: string | symbol, descriptor?: PropertyDescriptor): void => {
    if (key === undefined) {
      untraceClass(target as { readonly prototype: object });
      return;
    }
    if (typeof descriptor?.value !== 'function') {
      throw DecoratorUsageError.notAMethod('NoTrace', String(key));
    }
    descriptor.value = untraceMethod(descriptor.value as Method);
  };
}

function untraceClass(target: { readonly prototype: object }): void {
  mark(target, UNTRACED);
  const { prototype } = target;
  for (const key of Reflect.ownKeys(prototype)) {
    const descriptor = Object.getOwnPropertyDescriptor(prototype, key);
    const method: unknown = descriptor?.value;
    if (key === 'constructor' || typeof method !== 'function' || !descriptor?.configurable)
      continue;
    if (hasMark(method, TRACED_METHOD) || hasMark(method, UNTRACED)) continue;
    const value = untraceMethod(method as Method);
    Object.defineProperty(prototype, key, { ...descriptor, value });
  }
}

function untraceMethod(method: Method): Method {
  const wrapper = function (this: unknown): unknown {
    const untraced = untracedHere();
    // oxlint-disable-next-line prefer-rest-params -- rest parameters would copy them once more
    const args = arguments;
    if (untraced === undefined) return Reflect.apply(method, this, args);
    const result = context.with(untraced, () => Reflect.apply(method, this, args));
    if (typeof result !== 'object' || result === null) return result;
    return runsLater(result, <T>(run: () => T) => context.with(untraced, run));
  };
  takeIdentity(wrapper, method);
  mark(wrapper, UNTRACED);
  return wrapper;
}

/** The context to call a method in, or nothing where there is no tracing to keep away from it. */
function untracedHere(): Context | undefined {
  const active = livingContext(context.active());
  const isTracingOn = telemetryFor(trace.getSpan(active), active) !== undefined;
  return isTracingOn ? untracedContext(active) : undefined;
}

/** Of some results the work is done only when somebody asks for it. */
function runsLater(result: object, untraced: <T>(run: () => T) => T): object {
  try {
    if (isGeneratorObject(result)) wrapSteps(result, untraced);
    if (!isPlainObservable(result)) return result;
    return new Observable((subscriber) => untraced(() => result.subscribe(subscriber)));
  } catch {
    // An object that refuses to be looked at or changed leaves as it came.
    return result;
  }
}
