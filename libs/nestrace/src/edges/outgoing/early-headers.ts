import type { OutgoingCall } from './client-span.js';
import { findInList, isNamed, setInList, type HeaderList } from './header-list.js';

interface RequestOptions {
  readonly headers?: unknown;
  readonly hostname?: string | null;
  readonly host?: string | null;
  readonly port?: number | string | null;
  readonly path?: string | null;
  readonly method?: string;
  readonly protocol?: string | null;
}

/** The forms in which Node takes headers that it writes out at once. */
type EarlyHeaders = HeaderList | HeaderPair[] | Record<string, unknown>;
type HeaderPair = [name: unknown, value: unknown];

/** The arguments of a request, with a call that adds headers to them. */
export interface EarlyCall {
  readonly args: unknown[];
  readonly call: OutgoingCall;
}

/**
 * Node writes headers out at once when they are given as a list or contain `Expect`; a header can
 * then not be added to the request any more, only to the arguments it is made of. Returns nothing
 * for all other requests.
 */
export function earlyCall(args: readonly unknown[], protocol: string): EarlyCall | undefined {
  const index = args.findIndex(isOptions);
  if (index === -1) return undefined;
  const options = args[index] as RequestOptions;
  const headers = copyOfEarlyHeaders(options.headers);
  if (headers === undefined) return undefined;
  const changed = [...args];
  changed[index] = { ...options, headers };
  const base = index === 0 ? undefined : toUrl(args[0]);
  return { args: changed, call: callOf(options, base, headers, protocol) };
}

function isOptions(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && !(argument instanceof URL);
}

function copyOfEarlyHeaders(headers: unknown): EarlyHeaders | undefined {
  if (Array.isArray(headers)) return [...(headers as HeaderList)];
  if (typeof headers !== 'object' || headers === null) return undefined;
  const hasExpect = Object.keys(headers).some((name) => name.toLowerCase() === 'expect');
  return hasExpect ? { ...headers } : undefined;
}

function callOf(
  options: RequestOptions,
  base: URL | undefined,
  headers: EarlyHeaders,
  defaultProtocol: string,
): OutgoingCall {
  const protocol = options.protocol ?? base?.protocol ?? defaultProtocol;
  const host = options.hostname ?? options.host ?? base?.hostname ?? 'localhost';
  const port = Number(options.port ?? base?.port) || undefined;
  const path = options.path ?? (base === undefined ? '/' : base.pathname + base.search);
  return {
    method: (options.method ?? 'GET').toUpperCase(),
    host: host.toLowerCase(),
    port,
    path: path.split('?', 1)[0] ?? '/',
    url: `${protocol}//${host}${port === undefined ? '' : `:${port}`}${path}`,
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

function toUrl(value: unknown): URL | undefined {
  if (value instanceof URL) return value;
  return typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
}
