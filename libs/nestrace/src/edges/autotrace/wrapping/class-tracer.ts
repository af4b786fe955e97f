import type { ModulesContainer } from '@nestjs/core';
import { hasMark, UNTRACED } from '../../../pipeline/methods/markers.js';
import { findBoundEnhancers } from '../finding/bound-enhancers.js';
import { isBuiltInPrototype } from '../finding/built-in-prototypes.js';
import { isClassReference, type ClassReference } from '../finding/class-reference.js';
import { unwrapClass, wrapMethod } from './class-wrappers.js';
import { methodNamed, methodsOf, type FoundMethod } from '../finding/methods-of.js';
import { classOf } from '../finding/provided-instances.js';
import { ENHANCER_METHOD, type EnhancerRole } from '../finding/roles.js';
import { isScheduler, watchScheduler } from '../entries/scheduler-hooks.js';
import type { TracedApplication } from '../choosing/traced-application.js';
import type { Entry, ModuleShape } from '../finding/watch-container.js';

/** Wraps the classes of one application, as far as they are to be traced. */
export class ClassTracer {
  private readonly wrapped = new Set<ClassReference>();
  private readonly undo: (() => void)[] = [];

  constructor(
    private readonly application: TracedApplication,
    private readonly modules: ModulesContainer,
    /** Whether a module is that of nestrace. */
    private readonly isOwn: (module: ModuleShape) => boolean,
    /** What cannot be traced must not keep an application from starting. */
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** A class that a module provides. */
  visit(entry: Entry, module: ModuleShape): void {
    // Not Nest's own parts, not nestrace's, and not the classes of modules.
    if (module.metatype.name === 'InternalCoreModule' || this.isOwn(module)) return;
    const { metatype } = entry;
    if (entry.isNotMetatype || entry.isAlias || metatype === module.metatype) return;
    if (!isClassReference(metatype)) return;
    this.guarded(() => {
      findBoundEnhancers(metatype, (enhancer, role) => {
        this.useAs(enhancer, role);
      });
      if (isScheduler(metatype)) this.undo.push(watchScheduler(metatype));
      this.trace(metatype, module, entry.subtype);
    });
  }

  /** A class or an instance that Nest calls in this role. */
  useAs(enhancer: unknown, role: EnhancerRole): void {
    const owner = isClassReference(enhancer) ? enhancer : classOf(enhancer);
    if (owner !== undefined) this.trace(owner, undefined, role);
  }

  trace(owner: ClassReference, module?: ModuleShape, role?: EnhancerRole): void {
    this.guarded(() => {
      this.wrapMethods(owner, module, role);
    });
  }

  /** The application does not need its wrappers any more. */
  release(): void {
    for (const owner of this.wrapped) unwrapClass(this.application, owner);
    this.wrapped.clear();
    // Last, as it was first: the wrappers are around what is undone here.
    for (const undo of this.undo.splice(0)) undo();
  }

  private wrapMethods(owner: ClassReference, module?: ModuleShape, role?: EnhancerRole): void {
    const { application } = this;
    const { prototype } = owner;
    if (isBuiltInPrototype(prototype) || hasMark(owner, UNTRACED) || this.isOurs(owner)) return;
    application.learn(owner, module?.metatype, role);
    this.wrapped.add(owner);
    const called = role && methodNamed(prototype, ENHANCER_METHOD[role]);
    if (called !== undefined) this.wrap(owner, called);
    const methods = methodsOf(prototype);
    for (const found of methods) if (found.isOwn) this.wrap(owner, found);
    // Of what an enhancer inherits, only the method Nest calls is of interest.
    if (!application.isEnhancer(owner)) this.wrapInherited(owner, methods);
  }

  /**
   * All or none: a wrapper makes a method one of the class itself, and the order in which Nest finds
   * handlers decides which of two routes answers.
   */
  private wrapInherited(owner: ClassReference, methods: readonly FoundMethod[]): void {
    const { application } = this;
    const inherited = methods.filter(({ isOwn }) => !isOwn);
    const isWanted = inherited.some(({ key, method }) => application.takes(owner, key, method));
    if (isWanted) for (const found of inherited) wrapMethod(application, owner, found);
  }

  private wrap(owner: ClassReference, found: FoundMethod): void {
    const { application } = this;
    const { key, method } = found;
    if (application.takes(owner, key, method) || application.isEntry(owner, key)) {
      wrapMethod(application, owner, found);
    }
  }

  private isOurs(owner: ClassReference): boolean {
    for (const module of this.modules.values() as Iterable<ModuleShape>) {
      if (this.isOwn(module) && module.providers.has(owner)) return true;
    }
    return false;
  }

  private guarded(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.onFailure(error);
    }
  }
}
