import type { OutgoingCall } from './client-span.js';

interface RequestOptions {
  readonly headers?: unknown;
  readonly hostname?: string | null;
  readonly host?: string | null;
  readonly port?: number | string | null;
  readonly path?: string | null;
  readonly method?: string;
  readonly protocol?: string | null;
}

type HeaderList = unknown[];

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

function copyOfEarlyHeaders(headers: unknown): HeaderList | Record<string, unknown> | undefined {
  if (Array.isArray(headers)) return [...(headers as HeaderList)];
  if (typeof headers !== 'object' || headers === null) return undefined;
  const hasExpect = Object.keys(headers).some((name) => name.toLowerCase() === 'expect');
  return hasExpect ? { ...headers } : undefined;
}

function callOf(
  options: RequestOptions,
  base: URL | undefined,
  headers: HeaderList | Record<string, unknown>,
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
    traceparent: find(headers, 'traceparent'),
    setHeader: (name, value) => {
      if (!Array.isArray(headers)) headers[name] = value;
      else if (Array.isArray(headers[0])) headers.push([name, value]);
      else headers.push(name, value);
    },
  };
}

function find(headers: HeaderList | Record<string, unknown>, name: string): string | undefined {
  const flat = Array.isArray(headers) ? headers.flat() : Object.entries(headers).flat();
  const index = flat.findIndex((item, at) => at % 2 === 0 && String(item).toLowerCase() === name);
  return index === -1 ? undefined : String(flat[index + 1]);
}

function toUrl(value: unknown): URL | undefined {
  if (value instanceof URL) return value;
  return typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
}
