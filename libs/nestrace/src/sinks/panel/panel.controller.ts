import { Controller, Get, Post, Req, Res, UseGuards, VERSION_NEUTRAL } from '@nestjs/common';
import type { ResolvedPanelOptions } from '../../config/panel.options.js';
import { mark, UNTRACED } from '../../pipeline/methods/markers.js';
import { HeadersGuard } from './serving/headers.guard.js';
import { SEGMENTS, type PanelServer } from './serving/panel-server.js';
import type { PlatformRequest, PlatformResponse } from './serving/platform.js';

/** Keeps it out of what @nestjs/swagger writes. */
const EXCLUDED_FROM_OPEN_API = 'swagger/apiExcludeController';

type Handler = (request: PlatformRequest, response: PlatformResponse) => Promise<void>;

/**
 * Makes the controller of one application: its path and the decorators of the host stay on the
 * class, and another application in this process has others. Handlers write the response
 * themselves; what they return would be wrapped by interceptors of the host.
 */
export function createPanelController(options: ResolvedPanelOptions, server: PanelServer) {
  // oxlint-disable-next-line typescript/no-extraneous-class -- its methods are added below
  class OtelPanelController {}

  const handle = (name: string, route: MethodDecorator, handler: Handler): void => {
    addHandler(OtelPanelController, name, route, handler);
  };
  handle('page', Get(), (request, response) => server.page(request, response));
  handle('asset', Get('assets/:file'), (request, response) => server.asset(request, response));
  handle('link', Get('t/:traceId'), (request, response) => server.link(request, response));
  handle('stream', Get('api/stream'), (request, response) => server.stream(request, response));
  for (let count = 1; count <= SEGMENTS.length; count++) {
    const path = `api/${SEGMENTS.slice(0, count)
      .map((name) => `:${name}`)
      .join('/')}`;
    handle(`read${count}`, Get(path), (request, response) => server.read(request, response));
  }
  handle('act', Post(`api/:${SEGMENTS[0]}`), (request, response) => server.act(request, response));

  mark(OtelPanelController, UNTRACED);
  Reflect.defineMetadata(EXCLUDED_FROM_OPEN_API, [true], OtelPanelController);
  // Guards of a class run in the order in which they came to it.
  UseGuards(new HeadersGuard())(OtelPanelController);
  UseGuards(...(options.guards as Parameters<typeof UseGuards>))(OtelPanelController);
  for (const decorate of options.decorators) decorate(OtelPanelController);
  Controller({ path: options.path, version: VERSION_NEUTRAL })(OtelPanelController);
  return OtelPanelController;
}

function addHandler(
  controller: abstract new () => object,
  name: string,
  route: MethodDecorator,
  handler: Handler,
): void {
  const prototype = controller.prototype as object;
  const method = (request: PlatformRequest, response: PlatformResponse): Promise<void> =>
    handler(request, response);
  Object.defineProperty(method, 'name', { value: name });
  const descriptor = { value: method, writable: true, configurable: true };
  Object.defineProperty(prototype, name, descriptor);
  Req()(prototype, name, 0);
  Res()(prototype, name, 1);
  route(prototype, name, descriptor);
}
