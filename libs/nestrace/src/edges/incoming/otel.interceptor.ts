import {
  Inject,
  Injectable,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { context, type Context } from '@opentelemetry/api';
import type { ServerResponse } from 'node:http';
import { Observable, tap } from 'rxjs';
import type { ResolvedAutoTraceOptions } from '../../config/auto-trace.options.js';
import { OTEL_AUTO_TRACE_OPTIONS } from '../../config/tokens.js';
import { noteFailure } from '../../core/failures.js';
import { executionSources, takeOver } from '../../pipeline/executions/begun-executions.js';
import { answerOf } from '../../pipeline/executions/execution-answer.js';
import type { ExecutionSpan } from '../../pipeline/executions/execution-span.js';
import { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import { bindToMessageHandlers, handlesMoreThanRequests } from './class-interceptors.js';
import { Executions } from './executions.js';
import { HandlerGuard } from './handler.guard.js';
import { HttpEdge } from './http.edge.js';
import type { RawRequest } from './request-attributes.js';
import { requestOf, type ServerRequest } from './server-request.js';

/** What has to be done with the handler of one execution. */
type Course = (next: CallHandler) => Observable<unknown>;

const straightOn: Course = (next) => next.handle();

/**
 * Nest binds a handler to the context in which `handle()` is called, while what is subscribed to it
 * runs in the context of the subscription: both have to be the right one.
 */
function runIn(active: Context, course: Course): Course {
  return (next) =>
    new Observable((subscriber) => context.with(active, () => course(next).subscribe(subscriber)));
}

/**
 * Opens the span where no adapter did: for servers Nest does not know, and for rpc, ws and graphql.
 * It also sees exceptions nobody else tells of.
 *
 * It adds itself to the global interceptors, as the first of them, in applications that need it:
 * interceptors are what costs most in a request.
 */
@Injectable()
export class OtelInterceptor implements NestInterceptor, OnApplicationShutdown {
  private readonly executions: Executions;
  private readonly unbind: (() => void) | undefined;

  constructor(
    config: ApplicationConfig,
    lifecycle: TelemetryLifecycle,
    private readonly edge: HttpEdge,
    private readonly guard: HandlerGuard,
    modules: ModulesContainer,
    @Inject(OTEL_AUTO_TRACE_OPTIONS) autoTrace: ResolvedAutoTraceOptions,
  ) {
    this.executions = new Executions(lifecycle, modules);
    if (lifecycle.telemetry === undefined) return;
    executionSources.keep(lifecycle.telemetry, this.executions);
    const add = (): void => config.addGlobalInterceptor(this);
    // Filters tell their requests what they answer for, unless auto tracing does not look at them.
    // Spans of another SDK are in no local trace, by which they would find their request.
    const { usesForeignProvider } = lifecycle;
    const tracesFilters =
      autoTrace.enabled && autoTrace.level !== 'minimal' && !usesForeignProvider;
    if ((edge.enabled && !tracesFilters) || handlesMoreThanRequests(modules)) add();
    else edge.onGap(add);
    this.unbind = bindToMessageHandlers(modules, this);
  }

  onApplicationShutdown(): void {
    this.unbind?.();
  }

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    return this.courseOf(execution)(next);
  }

  /** Everything of ours that can fail happens in here, before the handler is touched. */
  private courseOf(execution: ExecutionContext): Course {
    try {
      return execution.getType<string>() === 'http'
        ? this.httpCourse(execution)
        : this.otherCourse(execution);
    } catch (error) {
      noteFailure('interceptor', error);
      return straightOn;
    }
  }

  private httpCourse(execution: ExecutionContext): Course {
    if (!this.edge.enabled) return straightOn;
    const http = execution.switchToHttp();
    const raw = http.getRequest<RawRequest & { raw?: RawRequest }>();
    if (this.edge.hasSeen(raw)) return watched(requestOf(context.active()));
    const opened = this.edge.open(raw, http.getResponse<ServerResponse>());
    if (opened === undefined) return straightOn;
    this.guard.tell(opened, execution);
    return runIn(opened, watched(requestOf(opened)));
  }

  private otherCourse(execution: ExecutionContext): Course {
    // Bound to a class besides, the interceptor may come twice.
    const span = takeOver(execution, this.executions);
    if (span === undefined) return straightOn;
    const args = execution.getArgs();
    const again = (): ExecutionSpan | undefined => this.executions.begin(execution);
    return (next) => answerOf({ span, args, handle: () => next.handle(), again });
  }
}

/** Tells a request what its handler throws, also where a filter of the application answers. */
function watched(request: ServerRequest | undefined): Course {
  if (request === undefined) return straightOn;
  const threw = (error: unknown): void => {
    try {
      request.threw(error);
    } catch (inner) {
      noteFailure('exception', inner);
    }
  };
  return (next) => next.handle().pipe(tap({ error: threw }));
}
