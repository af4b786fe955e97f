import type { ClientRequest } from 'node:http';
import { syncBuiltinESMExports } from 'node:module';
import { noteFailure } from '../../core/failures.js';
import { mayTrace, startClientSpan, type ClientSpan } from './client-span.js';
import { earlyCall } from './early-headers.js';
import type { CallFacts } from './outgoing-call.js';
import { RequestArguments } from './request-arguments.js';
import { follow, giveUp, listenToRequests } from './request-ending.js';

type RequestFunction = (this: unknown, ...args: unknown[]) => ClientRequest;

interface HttpModule {
  request: RequestFunction;
  get: RequestFunction;
}

/**
 * Traces `node:http` and `node:https`. The two functions of each module are wrapped, since only
 * there headers can still be added on every version of Node; all the rest is heard on Node's own
 * channels, so that no listener is put on the user's request. A listener for 'error' would swallow
 * the error, one for 'response' would make Node believe that somebody reads it.
 */
export function traceNodeHttp(): () => void {
  // Not an import: the namespace of a module cannot be written to.
  const modules = [
    process.getBuiltinModule('node:http'),
    process.getBuiltinModule('node:https'),
  ] as unknown as HttpModule[];
  const restore = modules.map(wrapModule);
  // Named imports of built-in modules are copies until they are told.
  syncBuiltinESMExports();
  const stopListening = listenToRequests();
  return () => {
    for (const undo of restore) undo();
    syncBuiltinESMExports();
    stopListening();
  };
}

function wrapModule(module: HttpModule, index: number): () => void {
  const { request, get } = module;
  const protocol = index === 0 ? 'http:' : 'https:';
  const isWrapped = '__original' in request;
  const tracedRequest: RequestFunction = function (...args) {
    const early = beginEarly(args, protocol, isWrapped);
    let outgoing: ClientRequest;
    try {
      outgoing = request.apply(this, early?.args ?? args);
    } catch (error) {
      giveUp(early?.span, error);
      throw error;
    }
    follow(outgoing, early === undefined ? beginLate(outgoing, args) : early.span);
    return outgoing;
  };
  const tracedGet: RequestFunction = function (...args) {
    const outgoing = tracedRequest.apply(this, args);
    outgoing.end();
    return outgoing;
  };
  module.request = named(tracedRequest, request);
  module.get = named(tracedGet, get);
  return () => {
    // Somebody may have wrapped ours in the meantime; then it stays, and does nothing.
    if (module.request === tracedRequest) module.request = request;
    if (module.get === tracedGet) module.get = get;
  };
}

function named(wrapper: RequestFunction, original: RequestFunction): RequestFunction {
  for (const key of ['name', 'length'] as const) {
    Object.defineProperty(wrapper, key, { value: original[key], configurable: true });
  }
  return wrapper;
}

/**
 * For the few requests whose headers leave before we can see them. Where somebody else has wrapped
 * the function, they are left to him: he might trace them as well, and we would see it too late.
 */
function beginEarly(
  args: unknown[],
  protocol: string,
  isWrapped: boolean,
): { args: unknown[]; span: ClientSpan | undefined } | undefined {
  try {
    const early = mayTrace() ? earlyCall(new RequestArguments(args), protocol) : undefined;
    if (early === undefined) return undefined;
    if (isWrapped) return { args, span: undefined };
    return { args: early.args, span: startClientSpan(early.facts) };
  } catch (error) {
    noteFailure('outgoing.start', error);
    return undefined;
  }
}

function beginLate(request: ClientRequest, args: unknown[]): ClientSpan | undefined {
  try {
    return mayTrace() ? startClientSpan(factsOf(request, args)) : undefined;
  } catch (error) {
    noteFailure('outgoing.start', error);
    return undefined;
  }
}

/** Most is read from the finished request: Node has already understood the arguments. */
function factsOf(request: ClientRequest, args: unknown[]): CallFacts {
  const { method, protocol, host, path } = request;
  return {
    method,
    protocol,
    host,
    target: path,
    port: () => new RequestArguments(args).portFor(protocol),
    getHeader: (name) => request.getHeader(name)?.toString(),
    setHeader: (name, value) => {
      if (!request.headersSent) request.setHeader(name, value);
    },
  };
}
