import { AbstractHttpAdapter } from '@nestjs/core';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

type Done = () => void;
type RequestHook = (this: unknown, request: object, response: object, done: Done) => unknown;
type RouteHook = (this: unknown, method: number, path: string) => void;

/** The parts of an adapter that matter here. Nest before 11.1.5 has none of the hooks. */
interface HookedAdapter {
  setOnRequestHook?(hook: RequestHook | undefined): void;
  setOnRouteTriggered?(hook: RouteHook | undefined): void;
  getOnRouteTriggered?(): RouteHook | undefined;
  /** Where both built-in adapters keep the hook; there is no public way to read it. */
  onRequestHook?: RequestHook;
}

/** Takes a request into the trace and runs the rest of it. Must call `next` exactly once. */
export type TakeRequest = (request: object, response: object, next: () => unknown) => unknown;

/**
 * Puts hooks on an HTTP adapter. Each slot takes one function, so one that is already there is
 * called inside of ours. The returned function puts everything back.
 */
export function hookAdapter(
  adapter: AbstractHttpAdapter,
  takeRequest: TakeRequest,
  routeTriggered: (path: string) => void,
): (() => void) | undefined {
  const hooked = adapter as unknown as HookedAdapter;
  if (!callsRequestHook(hooked)) return undefined;
  const previousRequest = hooked.onRequestHook;
  const previousRoute = hooked.getOnRouteTriggered?.();
  hooked.setOnRequestHook?.(function (request, response, done) {
    const next =
      previousRequest === undefined
        ? done
        : () => previousRequest.call(this, request, response, done);
    return takeRequest(request, response, next);
  });
  hooked.setOnRouteTriggered?.(function (method, path) {
    routeTriggered(path);
    previousRoute?.call(this, method, path);
  });
  return () => {
    hooked.setOnRequestHook?.(previousRequest);
    hooked.setOnRouteTriggered?.(previousRoute);
  };
}

/** The base class of adapters takes a hook and forgets it, so having the method proves nothing. */
function callsRequestHook(adapter: HookedAdapter): boolean {
  const { setOnRequestHook } = adapter;
  const forgets = (AbstractHttpAdapter.prototype as unknown as HookedAdapter).setOnRequestHook;
  return typeof setOnRequestHook === 'function' && setOnRequestHook !== forgets;
}

/**
 * For adapters without the hook: looks at every request of the server before its listeners do. The
 * returned function puts the server back.
 */
export function hookServer(server: unknown, takeRequest: TakeRequest): (() => void) | undefined {
  if (!isServer(server)) return undefined;
  const emit = server.emit;
  const hasOwnEmit = Object.hasOwn(server, 'emit');
  const hooked = function (this: Server, event: string, ...args: unknown[]): boolean {
    const proceed = (): boolean => Reflect.apply(emit, this, [event, ...args]) as boolean;
    if (event !== 'request') return proceed();
    const [request, response] = args as [IncomingMessage, ServerResponse];
    return takeRequest(request, response, proceed) as boolean;
  };
  server.emit = hooked as Server['emit'];
  return () => {
    if (server.emit !== hooked) return;
    if (hasOwnEmit) server.emit = emit;
    else delete (server as Partial<Server>).emit;
  };
}

function isServer(server: unknown): server is Server {
  return typeof (server as Partial<Server> | null | undefined)?.emit === 'function';
}
