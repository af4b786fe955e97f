import type { ModulesContainer } from '@nestjs/core';
import { context } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { noteFailure } from '../../core/failures.js';
import { ATTR_NEST_SHUTDOWN_SIGNAL } from '../../pipeline/attributes.js';
import { isLive } from '../../pipeline/current-telemetry.js';
import { BOOTSTRAP, SHUTDOWN } from '../../pipeline/lifecycle-scope.js';
import type { Telemetry } from '../../pipeline/telemetry.js';
import { ClassHooks } from './class-hooks.js';
import { isOfStart, type HookName } from './hook-names.js';
import type { Module } from './instances-of.js';
import { LifecycleTrace, type Failure, type Interval, type Phase } from './lifecycle-trace.js';

/** Microservices of one application that listen before it is initialised. More need not be shown. */
const MAX_EARLY_LISTENS = 100;

interface RunningPhase extends Phase {
  readonly trace: LifecycleTrace;
  readonly hooks: ClassHooks | undefined;
}

/** What a life has to know about its application. */
export interface ApplicationFacts {
  readonly telemetry: Telemetry;
  readonly modules: ModulesContainer;
  /** When it began to start, on the monotonic clock. */
  readonly startedAt: number;
  /** Modules whose hooks are not shown. */
  readonly isLeftOut: (module: Module) => boolean;
  /** The start or the end has failed: the process may be gone in a moment. */
  readonly onFailure: () => Promise<unknown>;
  /** All hooks have been called for the last time. */
  readonly onClosed: () => Promise<unknown>;
}

/**
 * How one application starts and ends, as two traces.
 *
 * `app.bootstrap` ends when the application is initialised and whatever was asked to listen by then
 * does. An application that never listens, or only later (`createApplicationContext`, tests,
 * serverless), has started when it is initialised; nobody can know what comes after.
 */
export class ApplicationLife {
  private start: LifecycleTrace | undefined;
  private closing: LifecycleTrace | undefined;
  private startedAt: number | undefined;
  private madeAt: number | undefined;
  private initialisedAt: number | undefined;
  private hasStarted = false;
  private isClosed = false;
  /** Calls of `listen` under way. */
  private listening = 0;
  private readonly early: Interval[] = [];

  constructor(private readonly facts: ApplicationFacts) {
    this.startedAt = facts.startedAt;
  }

  /** All providers are there, and the application with them. */
  made(): void {
    this.madeAt ??= performance.now();
  }

  /** Nest calls one hook of all classes. */
  async during(hook: HookName, signal: unknown, run: () => unknown): Promise<void> {
    const phase = guarded(() => this.enter(hook, signal));
    const failure = await failureOf(() =>
      phase === undefined ? run() : context.with(phase.context, run),
    );
    if (phase !== undefined) guarded(() => this.leave(phase, hook, failure));
    if (hook === 'onApplicationShutdown') {
      this.isClosed = true;
      await this.facts.onClosed();
    } else if (failure !== undefined && phase?.hooks !== undefined) {
      await this.facts.onFailure();
    }
    if (failure !== undefined) throw failure.error;
  }

  /** A server is asked to listen; before it does, it may have to initialise the application. */
  async listen<T>(run: () => T | Promise<T>): Promise<T> {
    if (this.hasStarted && this.start === undefined) return run();
    const from = performance.now();
    this.listening++;
    try {
      const result = await run();
      this.listening--;
      guarded(() => this.listened(from));
      return result;
    } catch (error) {
      this.listening--;
      if (guarded(() => this.listened(from, { error })) === true) await this.facts.onFailure();
      throw error;
    }
  }

  private enter(hook: HookName, signal: unknown): RunningPhase | undefined {
    const { telemetry, modules, isLeftOut } = this.facts;
    if (!this.mayTrace()) return undefined;
    const trace = isOfStart(hook) ? this.starting() : this.ending(signal);
    const phase = trace.begin(hook);
    if (!trace.isRecorded) return { ...phase, trace, hooks: undefined };
    const hooks = new ClassHooks(hook, telemetry);
    hooks.replaceIn(modules, isLeftOut);
    return { span: phase.span, context: hooks.enter(phase.context), trace, hooks };
  }

  private leave(phase: RunningPhase, hook: HookName, failure: Failure | undefined): void {
    const { trace, hooks } = phase;
    hooks?.restore();
    trace.finish(phase, failure);
    if (!isOfStart(hook)) {
      if (failure !== undefined || hook === 'onApplicationShutdown') this.endClosing(failure);
    } else if (failure !== undefined) {
      this.endStart(failure);
    } else if (hook === 'onApplicationBootstrap') {
      this.initialisedAt = performance.now();
      trace.close();
      if (this.listening === 0) this.endStart();
    }
  }

  /** Returns whether the start has failed by it. */
  private listened(from: number, failure?: Failure): boolean {
    const interval = { from: Math.max(from, this.initialisedAt ?? 0), to: performance.now() };
    if (this.start === undefined) {
      if (this.hasStarted || !this.mayTrace()) return false;
      if (failure === undefined) {
        // The microservice of an application that is initialised later.
        if (this.early.length < MAX_EARLY_LISTENS) this.early.push(interval);
        return false;
      }
    }
    this.starting().add(LISTEN, interval, failure);
    if (failure !== undefined || (this.initialisedAt !== undefined && this.listening === 0)) {
      this.endStart(failure);
    }
    return failure !== undefined;
  }

  private mayTrace(): boolean {
    return !this.isClosed && isLive(this.facts.telemetry) && !isTracingSuppressed(context.active());
  }

  private starting(): LifecycleTrace {
    if (this.start !== undefined) return this.start;
    const now = performance.now();
    const from = this.startedAt ?? now;
    const start = new LifecycleTrace(this.facts.telemetry, BOOTSTRAP, from);
    // An application that is initialised a second time has its providers.
    if (this.startedAt !== undefined) start.addInjection({ from, to: this.madeAt ?? now });
    for (const interval of this.early.splice(0)) start.add(LISTEN, interval);
    this.startedAt = undefined;
    this.initialisedAt = undefined;
    this.start = start;
    return start;
  }

  private ending(signal: unknown): LifecycleTrace {
    // It has never been ready.
    if (this.start !== undefined) this.endStart();
    this.closing ??= new LifecycleTrace(this.facts.telemetry, SHUTDOWN, performance.now());
    if (typeof signal === 'string') this.closing.describe({ [ATTR_NEST_SHUTDOWN_SIGNAL]: signal });
    return this.closing;
  }

  private endStart(failure?: Failure): void {
    this.hasStarted = true;
    this.start?.end(failure);
    this.start = undefined;
  }

  private endClosing(failure: Failure | undefined): void {
    this.closing?.end(failure);
    this.closing = undefined;
  }
}

const LISTEN = 'listen';

async function failureOf(run: () => unknown): Promise<Failure | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return { error };
  }
}

/** A trace that cannot be drawn must not keep an application from starting, or from ending. */
function guarded<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch (error) {
    noteFailure('lifecycle', error);
    return undefined;
  }
}
