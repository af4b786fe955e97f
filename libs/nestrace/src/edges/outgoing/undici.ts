import { subscribe, unsubscribe, type ChannelListener } from 'node:diagnostics_channel';
import { noteFailure } from '../../core/failures.js';
import { mayTrace, startClientSpan, type ClientSpan } from './client-span.js';
import { findInList, setInList, type HeaderList } from './header-list.js';
import { defaultPort, withoutBrackets, type CallFacts } from './outgoing-call.js';

/** What undici publishes, the copy inside of Node and the package alike. */
interface UndiciRequest {
  readonly origin: string | URL;
  readonly method: string;
  readonly path: string;
  /** A text up to version 5, a flat list since 6. */
  headers: string | HeaderList;
}

const spans = new WeakMap<UndiciRequest, ClientSpan>();

const listeners: readonly (readonly [channel: string, listener: ChannelListener])[] = [
  ['undici:request:create', guarded('outgoing.start', ({ request }) => onCreate(request))],
  [
    'undici:request:headers',
    guarded('outgoing.response', ({ request, response }) =>
      spans.get(request)?.responded(response?.statusCode ?? 0),
    ),
  ],
  [
    'undici:request:trailers',
    guarded('outgoing.response', ({ request }) => spans.get(request)?.end()),
  ],
  [
    'undici:request:error',
    guarded('outgoing.response', ({ request, error }) => {
      spans.get(request)?.failed(error);
      spans.get(request)?.end();
    }),
  ],
];

/**
 * Traces `fetch` and undici through the channels undici publishes on; nothing is patched.
 *
 * @see https://github.com/nodejs/undici/blob/main/docs/docs/api/DiagnosticsChannel.md
 */
export function traceUndici(): () => void {
  for (const [channel, listener] of listeners) subscribe(channel, listener);
  return () => {
    for (const [channel, listener] of listeners) unsubscribe(channel, listener);
  };
}

interface Message {
  readonly request: UndiciRequest;
  readonly response?: { readonly statusCode: number };
  readonly error?: unknown;
}

/** Errors of a listener would surface as uncaught exceptions of the application. */
function guarded(
  site: 'outgoing.start' | 'outgoing.response',
  act: (message: Message) => void,
): ChannelListener {
  return (message) => {
    try {
      act(message as Message);
    } catch (error) {
      noteFailure(site, error);
    }
  };
}

function onCreate(request: UndiciRequest): void {
  if (!mayTrace()) return;
  const span = startClientSpan(factsOf(request));
  if (span !== undefined) spans.set(request, span);
}

function factsOf(request: UndiciRequest): CallFacts {
  const { protocol, hostname, port } = new URL(String(request.origin));
  return {
    method: request.method,
    protocol,
    host: withoutBrackets(hostname),
    target: request.path,
    port: () => Number(port) || defaultPort(protocol),
    getHeader: (name) => findHeader(request, name),
    setHeader: (name, value) => {
      setHeader(request, name, value);
    },
  };
}

function findHeader({ headers }: UndiciRequest, name: string): string | undefined {
  if (typeof headers !== 'string') return findInList(headers, name);
  return new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(headers)?.[1]?.trim();
}

function setHeader(request: UndiciRequest, name: string, value: string): void {
  const { headers } = request;
  if (typeof headers !== 'string') {
    setInList(headers, name, value);
    return;
  }
  const others = headers.replace(new RegExp(`^${name}:.*\\r\\n`, 'gim'), '');
  request.headers = `${others}${name}: ${value}\r\n`;
}
