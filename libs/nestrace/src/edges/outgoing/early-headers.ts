import { findInList, isNamed, setInList, type HeaderList } from './header-list.js';
import { withoutBrackets, type CallFacts } from './outgoing-call.js';
import type { RequestArguments } from './request-arguments.js';

/** The forms in which Node takes headers that it writes out at once. */
type EarlyHeaders = HeaderList | HeaderPair[] | Record<string, unknown>;
type HeaderPair = [name: unknown, value: unknown];

/** The arguments of a request, with a call that adds headers to them. */
export interface EarlyCall {
  readonly args: unknown[];
  readonly facts: CallFacts;
}

/**
 * Node writes headers out at once when they are given as a list or contain `Expect`; a header can
 * then not be added to the request any more, only to the arguments it is made of. Returns nothing
 * for all other requests.
 */
export function earlyCall(args: RequestArguments, protocol: string): EarlyCall | undefined {
  const headers = copyOfEarlyHeaders(args.options?.headers);
  if (headers === undefined) return undefined;
  return { args: args.withHeaders(headers), facts: factsOf(args, headers, protocol) };
}

function copyOfEarlyHeaders(headers: unknown): EarlyHeaders | undefined {
  if (Array.isArray(headers)) return [...(headers as HeaderList)];
  if (typeof headers !== 'object' || headers === null) return undefined;
  const hasExpect = Object.keys(headers).some((name) => isNamed(name, 'expect'));
  return hasExpect ? { ...headers } : undefined;
}

/** There is no request yet, so its arguments have to be understood as Node does it. */
function factsOf(
  args: RequestArguments,
  headers: EarlyHeaders,
  defaultProtocol: string,
): CallFacts {
  const { options, url } = args;
  const protocol = options?.protocol ?? url?.protocol ?? defaultProtocol;
  const hostname = url && withoutBrackets(url.hostname);
  return {
    method: (options?.method ?? 'GET').toUpperCase(),
    protocol,
    host: options?.hostname ?? options?.host ?? hostname ?? 'localhost',
    target: options?.path ?? (url === undefined ? '/' : `${url.pathname}${url.search}`),
    port: () => args.portFor(protocol),
    getHeader: (name) => find(headers, name),
    setHeader: (name, value) => {
      set(headers, name, value);
    },
  };
}

function find(headers: EarlyHeaders, name: string): string | undefined {
  if (isFlat(headers)) return findInList(headers, name);
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  const found = pairs.find(([other]) => isNamed(other, name));
  return found && String(found[1]);
}

/** What is already there is replaced, as in a flat list. */
function set(headers: EarlyHeaders, name: string, value: string): void {
  if (isFlat(headers)) {
    setInList(headers, name, value);
  } else if (Array.isArray(headers)) {
    const others = headers.filter(([other]) => !isNamed(other, name));
    headers.splice(0, headers.length, ...others, [name, value]);
  } else {
    const doubles = Object.keys(headers).filter((other) => isNamed(other, name));
    for (const double of doubles) delete headers[double];
    headers[name] = value;
  }
}

function isFlat(headers: EarlyHeaders): headers is HeaderList {
  return Array.isArray(headers) && !Array.isArray(headers[0]);
}
