import { ModulesContainer } from '@nestjs/core';
import { processEnvironment } from '../../config/env.js';
import type { OtelModuleOptions } from '../../config/otel.options.js';
import { resolveOptions, type ResolvedOtelOptions } from '../../config/resolve-options.js';
import { OTEL_USER_OPTIONS } from '../../config/tokens.js';
import { noteFailure } from '../../core/failures.js';
import type { ClassReference } from './finding/class-reference.js';
import { ClassTracer } from './wrapping/class-tracer.js';
import { TracedApplication } from './choosing/traced-application.js';
import { watchContainer, type Entry, type ModuleShape } from './finding/watch-container.js';

/**
 * Most providers are made before anything of nestrace is, and their constructors may take hold of
 * methods: `this.run = this.run.bind(this)`, `emitter.on('end', this.done)`. What they hold would
 * not be traced, and would not be the method any more for `emitter.off('end', this.done)`. So the
 * classes of an application are wrapped while Nest still collects them.
 */
const early = new WeakMap<object, EarlyTracing>();

/** The classes of `OtelModule`, of which there may be several copies. */
const owners = new WeakSet<object>();

let isWatching = false;

/**
 * From now on, containers with this module are looked at from the beginning. There is no end to
 * that: one dynamic module may be imported into any number of applications, one after the other.
 */
export function traceEarly(owner: ClassReference): void {
  owners.add(owner);
  if (isWatching) return;
  isWatching = true;
  const { set } = ModulesContainer.prototype;
  Object.defineProperty(ModulesContainer.prototype, 'set', {
    configurable: true,
    writable: true,
    value: function (this: ModulesContainer, ...entry: [string, never]): unknown {
      const result = Reflect.apply(set, this, entry);
      moduleIsThere(this, entry[1]);
      return result;
    },
  });
}

/**
 * Nestrace itself has been made, and does all this from here on. The returned function lets go of
 * the wrappers, which stay as long as somebody else needs them.
 */
export function endEarlyTracing(container: ModulesContainer): () => void {
  const tracing = early.get(container);
  tracing?.stop();
  early.delete(container);
  return () => {
    tracing?.release();
  };
}

function moduleIsThere(container: ModulesContainer, module: ModuleShape): void {
  try {
    if (!owners.has(module.metatype) || early.has(container)) return;
    early.set(container, new EarlyTracing(container, module.metatype));
  } catch (error) {
    noteFailure('autotrace.install', error);
  }
}

/** One application, from the moment its modules are collected until its providers are made. */
class EarlyTracing {
  private readonly unwatch: (() => void)[] = [];
  private tracer: ClassTracer | undefined;
  /** What was there before the options. */
  private waiting: [Entry, ModuleShape][] | undefined = [];

  constructor(
    private readonly container: ModulesContainer,
    private readonly owner: ClassReference,
  ) {
    const unwatch = watchContainer(container, (entry, module) => {
      if (module.metatype === owner && entry.token === OTEL_USER_OPTIONS) this.decide(entry);
      if (this.tracer !== undefined) this.tracer.visit(entry, module);
      else this.waiting?.push([entry, module]);
    });
    this.unwatch.push(unwatch);
  }

  /** Does not look any more. */
  stop(): void {
    for (const unwatch of this.unwatch.splice(0)) unwatch();
    this.waiting = undefined;
  }

  release(): void {
    this.tracer?.release();
    this.tracer = undefined;
  }

  private decide(entry: Entry): void {
    // A factory is asked later: until then the defaults are as good as any.
    const isValue = entry.metatype === null || entry.metatype === undefined;
    const options = optionsFrom(isValue ? entry.instance : {});
    if (options === undefined) {
      this.stop();
      return;
    }
    const { container, owner, waiting = [] } = this;
    const isOwn = ({ metatype }: ModuleShape): boolean => metatype === owner;
    const application = new TracedApplication(undefined, options.autoTrace, container);
    // Whatever fails will fail again, when there is a log to say it.
    const tracer = new ClassTracer(application, container, isOwn, () => {});
    this.tracer = tracer;
    this.waiting = undefined;
    for (const [one, module] of waiting) tracer.visit(one, module);
  }
}

/** Options that are not valid are reported when they are resolved for good. */
function optionsFrom(input: unknown): ResolvedOtelOptions | undefined {
  try {
    const options = resolveOptions(input as OtelModuleOptions, processEnvironment());
    return options.enabled && options.autoTrace.enabled ? options : undefined;
  } catch {
    return undefined;
  }
}
