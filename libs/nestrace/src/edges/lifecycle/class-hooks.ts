import type { ModulesContainer } from '@nestjs/core';
import { context, createContextKey, SpanKind, type Context, type Span } from '@opentelemetry/api';
import { isPromise, isProxy } from 'node:util/types';
import { noteFailure } from '../../core/failures.js';
import { SharedPatch } from '../../core/shared-patch.js';
import {
  ATTR_CODE_FUNCTION_NAME,
  ATTR_NEST_MODULE,
  ATTR_NEST_TYPE,
  NEST_TYPE_LIFECYCLE,
} from '../../pipeline/attributes.js';
import { end } from '../../pipeline/methods/finish-method-span.js';
import { hasMark, TRACED_METHOD, UNTRACED } from '../../pipeline/methods/markers.js';
import { takeIdentity } from '../../pipeline/methods/method-identity.js';
import type { Method, MethodPlan } from '../../pipeline/methods/method-plan.js';
import { startMethodSpan } from '../../pipeline/methods/start-method-span.js';
import type { Telemetry } from '../../pipeline/telemetry.js';
import type { HookName } from './hook-names.js';
import { instancesOf, type FoundInstance, type Module } from './instances-of.js';
import { failLifecycle } from './lifecycle-trace.js';

/** In a phase: the hooks that are called in it. */
const HOOKS = createContextKey('nestrace.lifecycle-hooks');
/** In a hook: the instance it was called of. */
const CALLED = createContextKey('nestrace.lifecycle-hook');

/**
 * One hook of all classes of an application, while Nest calls it. The methods are replaced where
 * they are found, on prototypes as a rule, and put back afterwards. A property of our own on each
 * instance would be simpler, but V8 keeps objects slow from which one was taken away.
 */
export class ClassHooks {
  private readonly instances = new Map<object, FoundInstance>();
  private readonly undo: (() => void)[] = [];

  constructor(
    readonly name: HookName,
    private readonly telemetry: Telemetry,
  ) {}

  /** Finds the hooks and replaces them. Call `restore` when the phase is over. */
  replaceIn(modules: ModulesContainer, isLeftOut: (module: Module) => boolean): void {
    for (const found of instancesOf(modules, isLeftOut)) {
      try {
        this.replaceOf(found);
      } catch (error) {
        noteFailure('lifecycle', error);
      }
    }
  }

  restore(): void {
    for (const restore of this.undo.splice(0)) restore();
    this.instances.clear();
  }

  /** The context in which Nest has to call the hooks. */
  enter(phase: Context): Context {
    return phase.setValue(HOOKS, this);
  }

  /** The span of one call, unless it is no call of Nest or a class calls the hook of its base. */
  planFor(receiver: unknown, active: Context): MethodPlan | undefined {
    const found = this.instances.get(receiver as object);
    if (found === undefined || active.getValue(CALLED) === receiver) return undefined;
    const name = `${found.className}.${this.name}`;
    return {
      name,
      kind: SpanKind.INTERNAL,
      attributes: {
        [ATTR_NEST_TYPE]: NEST_TYPE_LIFECYCLE,
        [ATTR_CODE_FUNCTION_NAME]: name,
        [ATTR_NEST_MODULE]: found.module,
      },
      root: false,
      telemetry: this.telemetry,
    };
  }

  private replaceOf(found: FoundInstance): void {
    const { instance } = found;
    if (this.instances.has(instance)) return;
    const owner = ownerOf(instance, this.name);
    if (owner === undefined) return;
    const patch = patchOf(owner, this.name);
    patch.install();
    this.undo.push(() => {
      patch.uninstall();
    });
    this.instances.set(instance, found);
  }
}

/** The object the hook of an instance is a property of. */
function ownerOf(instance: object, hook: HookName): object | undefined {
  let owner: object | null = instance;
  // A proxy may do anything when it is looked at.
  while (owner !== null && !isProxy(owner)) {
    const descriptor = Object.getOwnPropertyDescriptor(owner, hook);
    if (descriptor !== undefined) return isReplaceable(descriptor) ? owner : undefined;
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return undefined;
}

/** A method, not a getter, nor one of a frozen object, nor one that has its span already or none. */
function isReplaceable({ value, writable, configurable }: PropertyDescriptor): boolean {
  if (typeof value !== 'function' || (writable !== true && configurable !== true)) return false;
  return !hasMark(value, TRACED_METHOD) && !hasMark(value, UNTRACED);
}

const patches = new WeakMap<object, Map<HookName, SharedPatch>>();

/** Instances share prototypes, and so do applications that start at the same time. */
function patchOf(owner: object, hook: HookName): SharedPatch {
  let known = patches.get(owner);
  if (known === undefined) patches.set(owner, (known = new Map()));
  let patch = known.get(hook);
  if (patch === undefined) {
    patch = new SharedPatch(owner, hook, (original) => traced(hook, original as Method));
    known.set(hook, patch);
  }
  return patch;
}

function traced(hook: HookName, method: Method): Method {
  const { wrapper } = {
    wrapper(this: unknown, ...args: unknown[]): unknown {
      const active = context.active();
      const hooks = active.getValue(HOOKS) as ClassHooks | undefined;
      const plan = hooks?.name === hook ? hooks.planFor(this, active) : undefined;
      const started = plan && startMethodSpan(plan, args);
      if (started === undefined) return Reflect.apply(method, this, args);
      const inside = started.context.setValue(CALLED, this);
      return settle(started.span, () =>
        context.with(inside, () => Reflect.apply(method, this, args)),
      );
    },
  };
  takeIdentity(wrapper, method);
  return wrapper;
}

/** Nest waits for promises; whatever else a hook returns, it was done when it returned. */
function settle(span: Span, call: () => unknown): unknown {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    fail(span, error);
    throw error;
  }
  if (!isPromise(result)) {
    end(span);
    return result;
  }
  return settlePromise(span, result);
}

/** Like Nest, and unlike `then`, `await` makes an ordinary promise of any. */
async function settlePromise(span: Span, promise: Promise<unknown>): Promise<unknown> {
  try {
    const value = await promise;
    end(span);
    return value;
  } catch (error) {
    fail(span, error);
    throw error;
  }
}

function fail(span: Span, error: unknown): void {
  failLifecycle(span, { error });
  end(span);
}
