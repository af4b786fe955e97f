import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { ResolvedAutoTraceOptions } from '../../config/auto-trace.options.js';
import { OTEL_AUTO_TRACE_OPTIONS } from '../../config/tokens.js';
import { noteFailure } from '../../core/failures.js';
import { hasMark, UNTRACED } from '../../pipeline/methods/markers.js';
import { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import { findBoundEnhancers, watchGlobalEnhancers } from './bound-enhancers.js';
import { isBuiltInPrototype } from './built-in-prototypes.js';
import { isClassReference, type ClassReference } from './class-reference.js';
import { unwrapClass, wrapMethod } from './class-wrappers.js';
import { methodNamed, methodsOf, type FoundMethod } from './methods-of.js';
import { watchMiddleware } from './middleware-hooks.js';
import { classOf, findProvidedInstances } from './provided-instances.js';
import { ENHANCER_METHOD, type EnhancerRole } from './roles.js';
import { isScheduler, watchScheduler } from './scheduler-hooks.js';
import { TracedApplication } from './traced-application.js';
import { watchContainer, type Entry, type ModuleShape } from './watch-container.js';

/**
 * Makes spans of everything Nest runs, by wrapping methods on the prototypes of classes. It does so
 * in its constructor: the only moment before the router and the transports take hold of handlers.
 * A `Proxy` around each instance would be simpler, and would break private fields, collections and
 * the identity of instances.
 */
@Injectable()
export class AutoTraceEdge implements OnModuleInit, OnApplicationShutdown {
  private readonly application: TracedApplication | undefined;
  private readonly wrapped = new Set<ClassReference>();
  private readonly undo: (() => void)[] = [];

  constructor(
    @Inject(OTEL_AUTO_TRACE_OPTIONS) options: ResolvedAutoTraceOptions,
    { telemetry }: TelemetryLifecycle,
    private readonly modules: ModulesContainer,
    config: ApplicationConfig,
    host: HttpAdapterHost,
  ) {
    if (telemetry === undefined || !options.enabled) return;
    const application = new TracedApplication(telemetry, options, modules);
    this.application = application;
    this.undo.push(
      watchContainer(modules, (entry, module) => {
        this.guarded(() => {
          this.visit(entry, module);
        });
      }),
      watchGlobalEnhancers(config, (enhancer, role) => {
        this.guarded(() => {
          this.useAs(enhancer, role);
        });
      }),
      watchMiddleware({
        host,
        seesClass: (owner) => {
          this.trace(owner, undefined, 'middleware');
        },
        takesFunction: (middleware, name) => application.takesFunction(middleware, name),
      }),
    );
  }

  /** Only now is there what factories make. */
  onModuleInit(): void {
    if (this.application === undefined) return;
    this.guarded(() => {
      findProvidedInstances(this.modules, (owner, module) => {
        this.guarded(() => {
          this.trace(owner, module);
        });
      });
    });
  }

  onApplicationShutdown(): void {
    const { application } = this;
    if (application === undefined) return;
    for (const undo of this.undo.splice(0)) undo();
    for (const owner of this.wrapped) unwrapClass(application, owner);
    this.wrapped.clear();
  }

  private visit(entry: Entry, module: ModuleShape): void {
    // Not Nest's own parts, not nestrace's, and not the classes of modules.
    if (module.metatype.name === 'InternalCoreModule' || module.providers.has(AutoTraceEdge))
      return;
    const { metatype } = entry;
    if (entry.isNotMetatype || entry.isAlias || metatype === module.metatype) return;
    if (!isClassReference(metatype)) return;
    findBoundEnhancers(metatype, (enhancer, role) => {
      this.useAs(enhancer, role);
    });
    if (isScheduler(metatype)) this.undo.push(watchScheduler(metatype));
    this.trace(metatype, module, entry.subtype);
  }

  /** A class or an instance that Nest calls in this role. */
  private useAs(enhancer: unknown, role: EnhancerRole): void {
    const owner = isClassReference(enhancer) ? enhancer : classOf(enhancer);
    if (owner !== undefined) this.trace(owner, undefined, role);
  }

  private trace(owner: ClassReference, module?: ModuleShape, role?: EnhancerRole): void {
    const { application } = this;
    const { prototype } = owner;
    if (application === undefined) return;
    if (isBuiltInPrototype(prototype) || hasMark(owner, UNTRACED) || this.isOurs(owner)) return;
    application.learn(owner, module?.metatype, role);
    this.wrapped.add(owner);
    const called = role && methodNamed(prototype, ENHANCER_METHOD[role]);
    if (called !== undefined) this.wrap(application, owner, called);
    const methods = methodsOf(prototype);
    for (const found of methods) if (found.isOwn) this.wrap(application, owner, found);
    // Of what an enhancer inherits, only the method Nest calls is of interest.
    if (!application.isEnhancer(owner)) this.wrapInherited(application, owner, methods);
  }

  /**
   * All or none: a wrapper makes a method one of the class itself, and the order in which Nest finds
   * handlers decides which of two routes answers.
   */
  private wrapInherited(
    application: TracedApplication,
    owner: ClassReference,
    methods: readonly FoundMethod[],
  ): void {
    const inherited = methods.filter(({ isOwn }) => !isOwn);
    const isWanted = inherited.some(({ key, method }) => application.takes(owner, key, method));
    if (isWanted) for (const found of inherited) wrapMethod(application, owner, found);
  }

  private isOurs(owner: ClassReference): boolean {
    for (const { providers } of this.modules.values()) {
      if (providers.has(AutoTraceEdge) && providers.has(owner)) return true;
    }
    return false;
  }

  private wrap(application: TracedApplication, owner: ClassReference, found: FoundMethod): void {
    const { key, method } = found;
    if (application.takes(owner, key, method) || application.isGuard(owner, key)) {
      wrapMethod(application, owner, found);
    }
  }

  /** What cannot be traced must not keep an application from starting. */
  private guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      noteFailure('autotrace.install', error);
    }
  }
}
