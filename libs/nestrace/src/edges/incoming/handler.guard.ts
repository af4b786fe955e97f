import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { Context } from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import { activeContext } from '../../pipeline/active-context.js';
import { hasMark, UNTRACED } from '../../pipeline/methods/markers.js';
import { HttpEdge } from './http.edge.js';
import { measuredRequestOf, type MeasuredRequest } from './measured-request.js';
import { requestOf } from './server-request.js';

/**
 * Tells a request what no adapter knows: which controller and handler it went to. It denies nothing.
 *
 * A guard costs half a microsecond. For an interceptor Nest builds a chain of Observables around the
 * handler, which costs more than all of nestrace. As the first of the global guards it is also there
 * when another one denies. Registered as `APP_GUARD` it would be there, and cost, also while tracing
 * is off.
 */
@Injectable()
export class HandlerGuard implements CanActivate {
  private readonly moduleNames = new WeakMap<object, string>();

  constructor(
    config: ApplicationConfig,
    edge: HttpEdge,
    private readonly modules: ModulesContainer,
  ) {
    if (edge.enabled) config.addGlobalGuard(this);
  }

  canActivate(execution: ExecutionContext): boolean {
    try {
      const active = activeContext();
      if (execution.getType() === 'http') this.tell(active, execution);
      // An operation of GraphQL: the request goes to no handler of HTTP.
      else requestOf(active)?.isToBeSeen(true);
    } catch (error) {
      noteFailure('incoming.handler', error);
    }
    return true;
  }

  tell(active: Context, execution: ExecutionContext): void {
    const request = requestOf(active);
    if (request === undefined) return tellRoute(measuredRequestOf(active), execution);
    const controller = execution.getClass();
    const handler = execution.getHandler();
    request.isToBeSeen(!hasMark(handler, UNTRACED) && !hasMark(controller, UNTRACED));
    request.handledBy({
      controller: controller.name,
      handler: handler.name,
      module: this.moduleOf(controller),
    });
    if (request.hasRoute) return;
    const template = templateOf(execution);
    if (template !== undefined) request.routeTo(template);
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

function tellRoute(measured: MeasuredRequest | undefined, execution: ExecutionContext): void {
  if (measured !== undefined) measured.route ??= templateOf(execution);
}

/** The route as the router of Express or Fastify has it, where Nest did not tell. */
function templateOf(execution: ExecutionContext): string | undefined {
  const { route, routeOptions } = execution.switchToHttp().getRequest<{
    route?: { path?: unknown };
    routeOptions?: { url?: unknown };
  }>();
  const template = route?.path ?? routeOptions?.url;
  return typeof template === 'string' ? template : undefined;
}
