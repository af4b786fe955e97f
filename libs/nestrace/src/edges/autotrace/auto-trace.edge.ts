import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import type { ResolvedAutoTraceOptions } from '../../config/auto-trace.options.js';
import { OTEL_AUTO_TRACE_OPTIONS } from '../../config/tokens.js';
import { noteFailure } from '../../core/failures.js';
import { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import { watchGlobalEnhancers } from './finding/bound-enhancers.js';
import { ClassTracer } from './wrapping/class-tracer.js';
import { endEarlyTracing } from './early-tracing.js';
import { watchMiddleware } from './wrapping/middleware-hooks.js';
import { findProvidedInstances } from './finding/provided-instances.js';
import { TracedApplication } from './choosing/traced-application.js';
import { watchContainer, type ModuleShape } from './finding/watch-container.js';

/** Only the module of nestrace has this provider. */
function isOwn({ providers }: ModuleShape): boolean {
  return providers.has(AutoTraceEdge);
}

function installFailed(error: unknown): void {
  noteFailure('autotrace.install', error);
}

/**
 * Makes spans of everything Nest runs, by wrapping methods on the prototypes of classes. It does so
 * in its constructor at the latest: after that the router and the transports take hold of handlers.
 * A `Proxy` around each instance would be simpler, and would break private fields, collections and
 * the identity of instances.
 */
@Injectable()
export class AutoTraceEdge implements OnModuleInit {
  private readonly tracer: ClassTracer | undefined;
  private readonly undo: (() => void)[] = [];

  constructor(
    @Inject(OTEL_AUTO_TRACE_OPTIONS) options: ResolvedAutoTraceOptions,
    { telemetry }: TelemetryLifecycle,
    private readonly modules: ModulesContainer,
    config: ApplicationConfig,
    host: HttpAdapterHost,
  ) {
    const releaseEarly = endEarlyTracing(modules);
    if (telemetry !== undefined && options.enabled) {
      const application = new TracedApplication(telemetry, options, modules);
      const tracer = new ClassTracer(application, modules, isOwn, installFailed);
      this.tracer = tracer;
      this.undo.push(
        watchContainer(modules, (entry, module) => {
          tracer.visit(entry, module);
        }),
        watchGlobalEnhancers(config, (enhancer, role) => {
          tracer.useAs(enhancer, role);
        }),
        watchMiddleware({
          host,
          seesClass: (owner) => {
            tracer.trace(owner, undefined, 'middleware');
          },
          takesFunction: (middleware, name) => application.takesFunction(middleware, name),
        }),
      );
    }
    releaseEarly();
  }

  /** Only now is there what factories make. */
  onModuleInit(): void {
    const { tracer } = this;
    if (tracer === undefined) return;
    try {
      findProvidedInstances(this.modules, (owner, module) => {
        tracer.trace(owner, module);
      });
    } catch (error) {
      installFailed(error);
    }
  }

  /**
   * Takes all wrappers away. Not in a hook of its own: those of others may come later, and look for
   * what they have registered (`emitter.off('end', this.done)`).
   */
  release(): void {
    for (const undo of this.undo.splice(0)) undo();
    this.tracer?.release();
  }
}
