import type { ExecutionContext } from '@nestjs/common';
import { ApplicationConfig, type ModulesContainer } from '@nestjs/core';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import { HandlerGuard } from '../../../../libs/nestrace/src/edges/incoming/handler.guard.js';
import type { HttpEdge } from '../../../../libs/nestrace/src/edges/incoming/http.edge.js';
import { ServerRequest } from '../../../../libs/nestrace/src/edges/incoming/server-request.js';
import { mark, UNTRACED } from '../../../../libs/nestrace/src/pipeline/methods/markers.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

class Kitchen {
  menu(): void {}
}

const MODULES = new Map([
  ['other', { name: 'OtherModule', controllers: new Map() }],
  ['kitchen', { name: 'KitchenModule', controllers: new Map([[Kitchen, { metatype: Kitchen }]]) }],
]) as unknown as ModulesContainer;

interface Given {
  readonly type?: string;
  readonly handler?: object;
  readonly controller?: object;
  readonly request?: object;
}

function executionOf({ type = 'http', handler, controller, request = {} }: Given = {}) {
  return {
    getType: () => type,
    getClass: () => controller ?? Kitchen,
    getHandler: () => handler ?? Kitchen.prototype.menu,
    switchToHttp: () => ({ getRequest: () => request }),
  } as unknown as ExecutionContext;
}

describe('HandlerGuard', () => {
  let tracing: Tracing;
  let request: ServerRequest;
  let guard: HandlerGuard;

  beforeEach(() => {
    tracing = startTracing();
    const span = tracing.tracer.startSpan('GET', {}, ROOT_CONTEXT);
    request = new ServerRequest(span, 'GET', { headers: [], legacyNames: false });
    const edge = { enabled: true } as HttpEdge;
    guard = new HandlerGuard(new ApplicationConfig(), edge, MODULES);
  });
  afterEach(() => {
    tracing.stop();
  });

  /** What the span of the request tells after the guard was asked. */
  function ask(execution: ExecutionContext): { name?: string; attributes?: object } {
    const active = request.enter(ROOT_CONTEXT);
    expect(context.with(active, () => guard.canActivate(execution))).toBe(true);
    request.span.end();
    const [span] = tracing.spans.spans();
    return span === undefined ? {} : { name: span.name, attributes: span.attributes };
  }

  it('tells which handler a request went to', () => {
    expect(ask(executionOf())).toEqual({
      name: 'GET',
      attributes: {
        'nest.controller': 'Kitchen',
        'nest.handler': 'menu',
        'nest.module': 'KitchenModule',
      },
    });
  });

  it('leaves out the module of a controller that no module has', () => {
    class Stray {}
    expect(ask(executionOf({ controller: Stray })).attributes).toEqual({
      'nest.controller': 'Stray',
      'nest.handler': 'menu',
    });
  });

  it.each([
    [{ route: { path: '/menu' } }, 'GET /menu'],
    [{ routeOptions: { url: '/menu' } }, 'GET /menu'],
    [{ route: { path: /menu/ } }, 'GET'],
  ])('takes the route from the router where Nest did not tell', (given, name) => {
    expect(ask(executionOf({ request: given })).name).toBe(name);
  });

  it('keeps the route Nest has told', () => {
    request.routeTo('/kitchen/menu');
    expect(ask(executionOf({ request: { route: { path: '/menu' } } })).name).toBe(
      'GET /kitchen/menu',
    );
  });

  it('discards the trace of a handler that wants none', () => {
    const handler = (): void => {};
    mark(handler, UNTRACED);
    expect(ask(executionOf({ handler }))).toEqual({});
  });

  it('has nothing to do with other executions, and without a request', () => {
    expect(ask(executionOf({ type: 'rpc' })).attributes).toEqual({});
    expect(guard.canActivate(executionOf())).toBe(true);
  });

  it('denies nothing when it fails', () => {
    const before = failureCounts().get('incoming.handler') ?? 0;
    const broken = {
      ...executionOf(),
      getClass: () => {
        throw new Error('no class');
      },
    };
    expect(ask(broken).attributes).toEqual({});
    expect(failureCounts().get('incoming.handler')).toBe(before + 1);
  });

  it.each([true, false])('is the first guard where requests are traced (%s)', (enabled) => {
    const config = new ApplicationConfig();
    const made = new HandlerGuard(config, { enabled } as HttpEdge, MODULES);
    expect(config.getGlobalGuards()).toEqual(enabled ? [made] : []);
  });

  it('knows that a request is to be seen when an operation of GraphQL begins in it', () => {
    const below = trace.setSpan(ROOT_CONTEXT, request.span);
    tracing.tracer.startSpan('middleware', {}, below).end();
    expect(tracing.spans.spans()).toEqual([]);
    context.with(request.enter(ROOT_CONTEXT), () =>
      guard.canActivate(executionOf({ type: 'graphql' })),
    );
    expect(tracing.spans.spans().map(({ name }) => name)).toEqual(['middleware']);
  });
});
