import {
  MiddlewareBuilder,
  NestApplication,
  type AbstractHttpAdapter,
  type HttpAdapterHost,
} from '@nestjs/core';
import { trace } from '@opentelemetry/api';
import { types } from 'node:util';
import { noteFailure } from '../../../core/failures.js';
import { SharedPatch } from '../../../core/shared-patch.js';
import { activeContext } from '../../../pipeline/active-context.js';
import { isLeftOut } from '../../../pipeline/left-out.js';
import { hasMark, mark, TRACED_METHOD } from '../../../pipeline/methods/markers.js';
import { takeIdentity } from '../../../pipeline/methods/method-identity.js';
import type { Method } from '../../../pipeline/methods/method-plan.js';
import { functionPlan } from '../choosing/automatic-plan.js';
import { callMiddleware } from '../calls/call-middleware.js';
import { isClassReference, type ClassReference } from '../finding/class-reference.js';

/** Who wants to see the middleware of an application. */
export interface MiddlewareWatcher {
  readonly host: HttpAdapterHost;
  /** A class given to `consumer.apply()`. */
  seesClass(owner: ClassReference): void;
  /** A function given to `consumer.apply()` or `app.use()`; whether it is to be traced. */
  takesFunction(middleware: object, name: string): boolean;
}

const watchers = new Set<MiddlewareWatcher>();

/**
 * Middleware reaches Nest in two ways that no container knows of: `consumer.apply()` and
 * `app.use()`. Both belong to exported classes of Nest.
 */
const patches = [
  new SharedPatch(MiddlewareBuilder.prototype, 'apply', (original) => {
    return function (this: MiddlewareBuilder, ...middleware: unknown[]): unknown {
      const watcher = watcherOf(() => this.getHttpAdapter());
      const given = watcher ? middleware.flat().map((one) => applied(one, watcher)) : middleware;
      return Reflect.apply(original, this, given as never[]);
    };
  }),
  new SharedPatch(NestApplication.prototype, 'use', (original) => {
    return function (this: NestApplication, ...args: unknown[]): unknown {
      const watcher = watcherOf(() => this.getHttpAdapter());
      const given = watcher ? args.map((one) => used(one, watcher)) : args;
      return Reflect.apply(original, this, given as never[]);
    };
  }),
];

export function watchMiddleware(watcher: MiddlewareWatcher): () => void {
  watchers.add(watcher);
  for (const patch of patches) patch.install();
  return () => {
    if (!watchers.delete(watcher)) return;
    for (const patch of patches) patch.uninstall();
  };
}

function watcherOf(adapterOf: () => unknown): MiddlewareWatcher | undefined {
  try {
    const adapter = adapterOf() as AbstractHttpAdapter | undefined;
    if (adapter === undefined) return undefined;
    for (const watcher of watchers) if (watcher.host.httpAdapter === adapter) return watcher;
  } catch (error) {
    noteFailure('autotrace.install', error);
  }
  return undefined;
}

/** Nest tells classes from functions by their text; a class has to stay what it is. */
function applied(middleware: unknown, watcher: MiddlewareWatcher): unknown {
  try {
    if (typeof middleware !== 'function' || types.isProxy(middleware)) return middleware;
    if (!isMiddlewareClass(middleware)) return tracedFunction(middleware as Method, watcher);
    watcher.seesClass(middleware);
  } catch (error) {
    noteFailure('autotrace.install', error);
  }
  return middleware;
}

/**
 * Only plain functions: an Express application or router is a function with methods, which others
 * call. With four parameters it is a handler of errors, which Express knows by their number.
 */
function used(argument: unknown, watcher: MiddlewareWatcher): unknown {
  try {
    if (typeof argument !== 'function' || types.isProxy(argument)) return argument;
    if (argument.length > 3 || Object.keys(argument).length > 0) return argument;
    return tracedFunction(argument as Method, watcher);
  } catch (error) {
    noteFailure('autotrace.install', error);
    return argument;
  }
}

function isMiddlewareClass(middleware: object): middleware is ClassReference {
  const { prototype } = middleware as { prototype?: { use?: unknown } };
  return (
    isClassReference(middleware) &&
    (typeof prototype?.use === 'function' || /^class\b/.test(String(middleware)))
  );
}

/** The same function keeps one wrapper: applied twice it stays one middleware. */
const wrappers = new WeakMap<Method, Method>();

function tracedFunction(middleware: Method, watcher: MiddlewareWatcher): Method {
  const name = middleware.name === '' ? 'anonymous' : middleware.name;
  if (hasMark(middleware, TRACED_METHOD) || !watcher.takesFunction(middleware, name))
    return middleware;
  const known = wrappers.get(middleware);
  if (known !== undefined) return known;
  const plan = functionPlan('middleware', name, undefined);
  const wrapper = function (this: unknown): unknown {
    const parent = trace.getSpan(activeContext());
    // oxlint-disable-next-line prefer-rest-params -- rest parameters would copy them once more
    const args = arguments;
    if (parent === undefined || isLeftOut(parent)) return Reflect.apply(middleware, this, args);
    return callMiddleware(plan, middleware, this, args);
  };
  takeIdentity(wrapper, middleware);
  mark(wrapper, TRACED_METHOD);
  wrappers.set(middleware, wrapper);
  return wrapper;
}
