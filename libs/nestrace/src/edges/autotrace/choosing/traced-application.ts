import type { ModulesContainer } from '@nestjs/core';
import type {
  ResolvedAutoTraceOptions,
  TraceCandidate,
} from '../../../config/auto-trace.options.js';
import { hasMark, TRACED_METHOD, UNTRACED } from '../../../pipeline/methods/markers.js';
import type { Telemetry } from '../../../pipeline/telemetry.js';
import { TelemetrySettings } from '../../../pipeline/telemetry-settings.js';
import { planFor, type AutomaticPlan } from './automatic-plan.js';
import { classNameOf, type ClassReference } from '../finding/class-reference.js';
import { isHandler } from '../finding/handler-metadata.js';
import { listenerPlan } from './operation-plan.js';
import { roleOfMethod, type CandidateType, type EnhancerRole } from '../finding/roles.js';
import { Selection } from './selection.js';
import { isLogMethod } from '../finding/logger-methods.js';
import { isThirdPartyClass, isThirdPartyModule } from '../finding/third-party.js';

/** The application each telemetry belongs to. */
export const tracedApplications = new TelemetrySettings<TracedApplication>();

interface ClassFacts {
  /** Classes of the modules that provide it; an enhancer has one in each module that uses it. */
  readonly modules: Set<ClassReference>;
  readonly roles: Set<EnhancerRole>;
}

/** What auto tracing knows about the classes of one application. */
export class TracedApplication {
  private readonly classes = new Map<ClassReference, ClassFacts>();
  private readonly selection: Selection;

  constructor(
    /** Undefined as long as the application is only being put together. */
    readonly telemetry: Telemetry | undefined,
    options: ResolvedAutoTraceOptions,
    private readonly modules: ModulesContainer,
  ) {
    this.selection = new Selection(options);
    if (telemetry !== undefined) tracedApplications.keep(telemetry, this);
  }

  /** A class is provided by a module, or used in a role. */
  learn(owner: ClassReference, module?: ClassReference, role?: EnhancerRole): void {
    let facts = this.classes.get(owner);
    if (facts === undefined) {
      facts = { modules: new Set(), roles: new Set() };
      this.classes.set(owner, facts);
    }
    if (module !== undefined) facts.modules.add(module);
    if (role !== undefined) facts.roles.add(role);
  }

  isEnhancer(owner: ClassReference): boolean {
    return (this.classes.get(owner)?.roles.size ?? 0) > 0;
  }

  /** The same question for functional middleware, which has no class. */
  takesFunction(middleware: object, name: string): boolean {
    const candidate: TraceCandidate = {
      className: name,
      method: name,
      module: undefined,
      type: 'middleware',
    };
    return this.selection.takes({
      candidate,
      owner: middleware,
      modules: new Set(),
      isThirdParty: false,
    });
  }

  takes(owner: ClassReference, key: string | symbol, method: object): boolean {
    return this.judge(owner, key, method) !== undefined;
  }

  /**
   * Whether Nest calls this method outside of what it belongs to: before an execution begins, or
   * after it has failed. Traced or not, it is an entry.
   */
  isEntry(owner: ClassReference, key: string | symbol): boolean {
    const role = roleOfMethod(key, this.classes.get(owner)?.roles ?? new Set());
    return role === 'guard' || role === 'filter';
  }

  /** Whether an instance is one of the container. */
  provides(instance: unknown): boolean {
    return [...this.modules.values()].some(({ providers, controllers }) =>
      [...providers.values(), ...controllers.values()].some((entry) => entry.instance === instance),
    );
  }

  /** How calls of a method become spans; undefined where they do not. */
  planFor(owner: ClassReference, key: string | symbol, method: object): AutomaticPlan | undefined {
    const type = this.judge(owner, key, method);
    return type && listenerPlan(planFor(type, owner, key, this.moduleOf(owner)), method);
  }

  private judge(
    owner: ClassReference,
    key: string | symbol,
    method: object,
  ): CandidateType | undefined {
    const facts = this.classes.get(owner);
    // Who gave a method a decorator has decided already.
    if (facts === undefined || hasMark(method, TRACED_METHOD) || hasMark(method, UNTRACED)) {
      return undefined;
    }
    const role = roleOfMethod(key, facts.roles);
    const type = role ?? (isHandler(method) ? 'handler' : 'provider');
    const className = classNameOf(owner);
    const candidate: TraceCandidate = {
      className,
      method: nameOf(key),
      module: this.moduleOf(owner),
      type,
    };
    const { modules } = facts;
    const isThirdParty =
      isThirdPartyClass(className) ||
      isLogMethod(owner, key) ||
      (modules.size > 0 && [...modules].every(({ name }) => isThirdPartyModule(name)));
    return this.selection.takes({ candidate, owner, modules, isThirdParty }) ? type : undefined;
  }

  /** A class that several modules provide belongs to none of them. */
  private moduleOf(owner: ClassReference): string | undefined {
    const modules = this.classes.get(owner)?.modules;
    return modules?.size === 1 ? [...modules][0]?.name : undefined;
  }
}

function nameOf(key: string | symbol): string {
  return typeof key === 'string' ? key : `[${key.description ?? ''}]`;
}
