import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { untraced } from '../client.js';

export interface Proxy {
  readonly url: string;
  close(): Promise<void>;
}

type Treat = (answer: IncomingMessage, response: ServerResponse, path: string) => void;

/** Lets everything through but streams: those it keeps to itself until they are whole. */
export function startBufferingProxy(target: string): Promise<Proxy> {
  return startProxy(target, '', {}, (answer, response, path) => {
    if (path.includes('/api/stream')) answer.resume();
    else pass(answer, response);
  });
}

/** As ingress controllers do it: what stands in front of the path is gone when it comes in. */
export function startStrippingProxy(target: string, prefix: string): Promise<Proxy> {
  const headers = { 'x-forwarded-for': '127.0.0.1', 'x-forwarded-prefix': prefix };
  return startProxy(target, prefix, headers, pass);
}

function pass(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  response.flushHeaders();
  answer.pipe(response);
}

async function startProxy(
  target: string,
  prefix: string,
  headers: Readonly<Record<string, string>>,
  treat: Treat,
): Promise<Proxy> {
  const server = createServer((incoming, response) => {
    const path = incoming.url ?? '/';
    if (!path.startsWith(prefix)) {
      response.writeHead(404).end();
      return;
    }
    const outgoing = untraced(() =>
      request(
        target + path.slice(prefix.length),
        { method: incoming.method, headers: { ...incoming.headers, ...headers }, agent: false },
        (answer) => treat(answer, response, path),
      ),
    );
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
