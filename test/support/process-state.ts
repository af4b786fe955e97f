import { channel } from 'node:diagnostics_channel';
import http from 'node:http';
import https from 'node:https';

/** Channels of Node that parts of the library listen to. */
const CHANNELS = [
  'net.client.socket',
  'http.client.response.finish',
  'http.client.request.error',
  'undici:request:create',
  'undici:request:headers',
  'undici:request:trailers',
  'undici:request:error',
];

/** What a library may change in a process that is not its own. */
export interface ProcessState {
  /** Listeners of the process, by event. */
  readonly listeners: Readonly<Record<string, number>>;
  /** What is registered with the API of OpenTelemetry. */
  readonly otelGlobals: readonly string[];
  /** Channels somebody listens to. */
  readonly channels: readonly string[];
  /** The functions that others patch. */
  readonly httpClients: readonly unknown[];
}

export function processState(): ProcessState {
  const api = (globalThis as Record<symbol, object | undefined>)[
    Symbol.for('opentelemetry.js.api.1')
  ];
  return {
    listeners: Object.fromEntries(
      process.eventNames().map((name) => [String(name), process.listenerCount(name)]),
    ),
    otelGlobals: Object.keys(api ?? {}).filter((name) => name !== 'version'),
    channels: CHANNELS.filter((name) => channel(name).hasSubscribers),
    httpClients: [http.request, http.get, https.request, https.get, globalThis.fetch],
  };
}
