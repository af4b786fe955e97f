import {
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
import { noteFailure } from '../../core/failures.js';
import { executionSources, takeOver } from '../../pipeline/executions/begun-executions.js';
import { answerOf } from '../../pipeline/executions/execution-answer.js';
import type { ExecutionSpan } from '../../pipeline/executions/execution-span.js';
import { hasMark, UNTRACED } from '../../pipeline/methods/markers.js';
import { TelemetryLifecycle } from '../../pipeline/telemetry-lifecycle.js';
import { bindToMessageHandlers } from './class-interceptors.js';
import { Executions } from './executions.js';
import { HttpEdge } from './http.edge.js';
import type { RawRequest } from './request-attributes.js';
import { requestOf } from './server-request.js';

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
 * Knows what no adapter knows: which controller and handler a request went to. It also opens the
 * span where no adapter did: for servers Nest does not know, and for rpc, ws and graphql.
 *
 * It adds itself to the global interceptors, as the first of them. Registered as `APP_INTERCEPTOR`
 * it would be there, and cost, also while tracing is off.
 */
@Injectable()
export class OtelInterceptor implements NestInterceptor, OnApplicationShutdown {
  private readonly moduleNames = new WeakMap<object, string>();
  private readonly executions: Executions;
  private readonly unbind: (() => void) | undefined;

  constructor(
    config: ApplicationConfig,
    lifecycle: TelemetryLifecycle,
    private readonly edge: HttpEdge,
    private readonly modules: ModulesContainer,
  ) {
    this.executions = new Executions(lifecycle, modules);
    if (lifecycle.telemetry === undefined) return;
    executionSources.keep(lifecycle.telemetry, this.executions);
    config.addGlobalInterceptor(this);
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
    const http = execution.switchToHttp();
    const raw = http.getRequest<RawRequest & { raw?: RawRequest }>();
    if (!this.edge.enabled) return straightOn;
    if (this.edge.hasSeen(raw)) return this.describeRequest(context.active(), execution);
    const opened = this.edge.open(raw, http.getResponse<ServerResponse>());
    if (opened === undefined) return straightOn;
    const course = this.describeRequest(opened, execution);
    return runIn(opened, course);
  }

  private describeRequest(active: Context, execution: ExecutionContext): Course {
    const request = requestOf(active);
    if (request === undefined) return straightOn;
    const controller = execution.getClass();
    const handler = execution.getHandler();
    if (hasMark(handler, UNTRACED) || hasMark(controller, UNTRACED)) request.discard();
    request.handledBy({
      controller: controller.name,
      handler: handler.name,
      module: this.moduleOf(controller),
    });
    if (!request.hasRoute) {
      const template = templateOf(execution.switchToHttp().getRequest());
      if (template !== undefined) request.routeTo(template);
    }
    const threw = (error: unknown): void => {
      try {
        request.threw(error);
      } catch (inner) {
        noteFailure('exception', inner);
      }
    };
    return (next) => next.handle().pipe(tap({ error: threw }));
  }

  private otherCourse(execution: ExecutionContext): Course {
    // Bound to a class besides, the interceptor may come twice.
    const span = takeOver(execution, this.executions);
    if (span === undefined) return straightOn;
    const args = execution.getArgs();
    const again = (): ExecutionSpan | undefined => this.executions.begin(execution);
    return (next) => answerOf({ span, args, handle: () => next.handle(), again });
  }

  private moduleOf(controller: object): string | undefined {
    const known = this.moduleNames.get(controller);
    if (known !== undefined) return known;
    for (const { controllers, name } of this.modules.values()) {
      for (const { metatype } of controllers.values()) {
        if (metatype === controller) {
          this.moduleNames.set(controller, name);
          return name;
        }
      }
    }
    return undefined;
  }
}

/** The route as the router of Express or Fastify has it, where Nest did not tell. */
function templateOf(request: unknown): string | undefined {
  const { route, routeOptions } = request as {
    route?: { path?: unknown };
    routeOptions?: { url?: unknown };
  };
  const template = route?.path ?? routeOptions?.url;
  return typeof template === 'string' ? template : undefined;
}
