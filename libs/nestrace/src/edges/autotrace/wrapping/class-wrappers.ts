import { trace } from '@opentelemetry/api';
import { types } from 'node:util';
import { noteFailure } from '../../../core/failures.js';
import { activeContext, canEnter, enter, leave } from '../../../pipeline/active-context.js';
import { telemetryFor } from '../../../pipeline/current-telemetry.js';
import { isLeftOut } from '../../../pipeline/left-out.js';
import { fail } from '../../../pipeline/methods/finish-method-span.js';
import { mark, TRACED_METHOD } from '../../../pipeline/methods/markers.js';
import { takeIdentity } from '../../../pipeline/methods/method-identity.js';
import type { Method } from '../../../pipeline/methods/method-plan.js';
import { startMethodSpan } from '../../../pipeline/methods/start-method-span.js';
import { callTraced, callTracedGenerator, settle } from '../../../pipeline/methods/traced-call.js';
import type { Telemetry } from '../../../pipeline/telemetry.js';
import type { AutomaticPlan } from '../choosing/automatic-plan.js';
import { classNameOf, type ClassReference } from '../finding/class-reference.js';
import { entryOf } from '../entries/entry-of.js';
import type { FoundMethod } from '../finding/methods-of.js';
import { keepOriginal, originalOf } from '../finding/originals.js';
import { tracedApplications, type TracedApplication } from '../choosing/traced-application.js';

interface Wrapped {
  readonly wrapper: Method;
  /** What was there before; an inherited method leaves nothing behind. */
  readonly before: PropertyDescriptor | undefined;
}

/** The wrappers on one class. Applications in one process share them, the last one takes them off. */
interface ClassWrappers {
  readonly byKey: Map<string | symbol, Wrapped>;
  /** All that need them, also the applications that are only being put together. */
  readonly holders: Set<TracedApplication>;
  readonly users: Set<TracedApplication>;
}

const known = new WeakMap<ClassReference, ClassWrappers>();

/** Puts a wrapper around a method of a class, unless it has one. */
export function wrapMethod(
  application: TracedApplication,
  owner: ClassReference,
  found: FoundMethod,
): void {
  let wrappers = known.get(owner);
  if (wrappers === undefined) {
    wrappers = { byKey: new Map(), holders: new Set(), users: new Set() };
    known.set(owner, wrappers);
  }
  wrappers.holders.add(application);
  if (application.telemetry !== undefined) wrappers.users.add(application);
  const { key } = found;
  if (wrappers.byKey.has(key)) return;
  const { prototype } = owner;
  const before = Object.getOwnPropertyDescriptor(prototype, key);
  if (before === undefined && !Object.isExtensible(prototype)) return;
  const wrapper = createWrapper(owner, found, wrappers.users);
  Object.defineProperty(prototype, key, {
    ...found.descriptor,
    value: wrapper,
    configurable: true,
  });
  wrappers.byKey.set(key, { wrapper, before });
}

/** An application does not need the wrappers of a class any more. */
export function unwrapClass(application: TracedApplication, owner: ClassReference): void {
  const wrappers = known.get(owner);
  wrappers?.users.delete(application);
  if (wrappers?.holders.delete(application) !== true || wrappers.holders.size > 0) return;
  known.delete(owner);
  for (const [key, { wrapper, before }] of wrappers.byKey) {
    // Whoever put something else there in the meantime has wrapped the wrapper.
    if (Object.getOwnPropertyDescriptor(owner.prototype, key)?.value !== wrapper) continue;
    if (before === undefined) Reflect.deleteProperty(owner.prototype, key);
    else Object.defineProperty(owner.prototype, key, before);
  }
}

/** The wrapper asks whether there is something to record before it does anything else. */
function createWrapper(
  owner: ClassReference,
  { key, method, isOwn }: FoundMethod,
  users: ReadonlySet<TracedApplication>,
): Method {
  const plans = new PlanCache(owner, key, method);
  // An inherited method is looked up at the call, as `super` would: it may be replaced.
  const find = isOwn ? () => method : () => inherited(owner.prototype, key);
  const isGenerator = types.isGeneratorFunction(method);
  const planFor = (telemetry: Telemetry): AutomaticPlan | undefined => plans.of(telemetry);
  const entry = entryOf({ key, className: classNameOf(owner), method, find, users, planFor });
  /* oxlint-disable prefer-rest-params -- rest parameters would copy the arguments once more */
  const { wrapper } = {
    wrapper(this: unknown): unknown {
      const entered = entry?.(this, arguments);
      if (entered !== undefined) return entered.call(wrapper, this, arguments);
      const target = isOwn ? method : find();
      const parent = trace.getSpan(activeContext());
      if (parent === undefined || isLeftOut(parent)) return Reflect.apply(target, this, arguments);
      const plan = plans.of(telemetryFor(parent));
      if (plan === undefined) return Reflect.apply(target, this, arguments);
      if (isGenerator && plan.call === callTraced) {
        return callTracedGenerator(plan, target, this, arguments);
      }
      if (plan.call !== callTraced || !canEnter()) {
        return plan.call(plan, target, this, arguments);
      }
      // The rest is callTraced(), without its frame on the stack: errors have few to tell from.
      const started = startMethodSpan(plan, arguments);
      if (started === undefined) return Reflect.apply(target, this, arguments);
      const before = enter(started.context);
      let result: unknown;
      try {
        result = Reflect.apply(target, this, arguments);
      } catch (error) {
        leave(before);
        fail(plan, started.span, error);
        throw error;
      }
      leave(before);
      return settle(plan, started, result, arguments, target);
    },
  };
  /* oxlint-enable prefer-rest-params */
  const shaped = shapeLike(method, wrapper, isGenerator);
  takeIdentity(shaped, method);
  mark(shaped, TRACED_METHOD);
  keepOriginal(shaped, find);
  return shaped;
}

/**
 * A wrapper is a method like the one it stands for: not a constructor, and without a prototype of
 * its own. Decorators leave functions that are both, and so were the classes of old.
 */
function shapeLike(method: Method, wrapper: Method, isGenerator: boolean): Method {
  const prototype = Object.getOwnPropertyDescriptor(method, 'prototype');
  if (prototype === undefined) return wrapper;
  const shaped = isGenerator ? wrapper : constructable(method, wrapper);
  return Object.defineProperty(shaped, 'prototype', prototype);
}

function constructable(method: Method, wrapper: Method): Method {
  const shell = function (this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return Reflect.apply(wrapper, this, args);
    return Reflect.construct(method, args, new.target === shell ? method : new.target);
  };
  return shell;
}

function inherited(prototype: object, key: string | symbol): Method {
  const above = Object.getPrototypeOf(prototype) as Record<string | symbol, Method>;
  // The class above may have a wrapper for its own instances: one span is enough.
  return originalOf(above[key] as Method);
}

/** The plans of one method, one per application; most processes have one. */
class PlanCache {
  private telemetry: Telemetry | undefined;
  private plan: AutomaticPlan | undefined;
  private others: WeakMap<Telemetry, AutomaticPlan | false> | undefined;

  constructor(
    private readonly owner: ClassReference,
    private readonly key: string | symbol,
    private readonly method: Method,
  ) {}

  of(telemetry: Telemetry | undefined): AutomaticPlan | undefined {
    if (telemetry === undefined) return undefined;
    if (telemetry !== this.telemetry) {
      this.telemetry = telemetry;
      this.plan = this.find(telemetry);
    }
    return this.plan;
  }

  private find(telemetry: Telemetry): AutomaticPlan | undefined {
    const before = this.others?.get(telemetry);
    if (before !== undefined) return before || undefined;
    const plan = this.make(telemetry);
    // Made with the first call: of most methods an application is made of, few are ever called.
    this.others ??= new WeakMap();
    this.others.set(telemetry, plan ?? false);
    return plan;
  }

  private make(telemetry: Telemetry): AutomaticPlan | undefined {
    try {
      return tracedApplications.of(telemetry)?.planFor(this.owner, this.key, this.method);
    } catch (error) {
      noteFailure('autotrace.select', error);
      return undefined;
    }
  }
}
