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

const HIDDEN: PropertyDescriptor = { configurable: true, writable: true, enumerable: false };

/** Takes a request into the trace and runs the rest of it. Must call `next` exactly once. */
export type TakeRequest = (request: object, response: object, next: () => unknown) => unknown;

/**
 * Puts hooks on an HTTP adapter. Each slot takes one function: another one for requests, whether it
 * is there already or comes later, is called inside of ours. The returned function puts everything
 * back.
 */
export function hookAdapter(
  adapter: AbstractHttpAdapter,
  takeRequest: TakeRequest,
  routeTriggered: (path: string) => void,
): (() => void) | undefined {
  const hooked = adapter as unknown as HookedAdapter;
  if (!callsRequestHook(hooked)) return undefined;
  let other = hooked.onRequestHook;
  const previousRoute = hooked.getOnRouteTriggered?.();
  const set = hooked.setOnRequestHook;
  const isOwn = Object.hasOwn(hooked, 'setOnRequestHook');
  set.call(hooked, function (request, response, done) {
    const inside = other;
    const next = inside === undefined ? done : () => inside.call(this, request, response, done);
    return takeRequest(request, response, next);
  });
  const setLater = (later: RequestHook | undefined): void => {
    other = later;
  };
  Reflect.defineProperty(hooked, 'setOnRequestHook', { ...HIDDEN, value: setLater });
  hooked.setOnRouteTriggered?.(function (method, path) {
    routeTriggered(path);
    previousRoute?.call(this, method, path);
  });
  return () => {
    if (isOwn) Reflect.defineProperty(hooked, 'setOnRequestHook', { ...HIDDEN, value: set });
    else Reflect.deleteProperty(hooked, 'setOnRequestHook');
    set.call(hooked, other);
    hooked.setOnRouteTriggered?.(previousRoute);
  };
}

/**
 * Whether an adapter calls the hook it was given for every request. Those that keep it where the
 * built-in ones do are adapters of Express or Fastify; of others nobody knows.
 */
export function isHooked(adapter: AbstractHttpAdapter): boolean {
  return (adapter as unknown as HookedAdapter).onRequestHook !== undefined;
}

/** The base class of adapters takes a hook and forgets it, so having the method proves nothing. */
function callsRequestHook(
  adapter: HookedAdapter,
): adapter is HookedAdapter & Required<Pick<HookedAdapter, 'setOnRequestHook'>> {
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
