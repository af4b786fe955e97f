import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OperationsLog } from '../../core/operations-log.js';
import { suppressed } from '../exporters/suppressed.js';

/** A small server for one path. It never keeps the process alive. */
export interface ScrapeServer {
  /** `127.0.0.1:9464` */
  readonly address: string;
  close(): Promise<void>;
}

type AnswerScrape = (request: IncomingMessage, response: ServerResponse) => void;

/** Rejects when the port cannot be had. */
export async function listenForScrapes(
  { host, port, path }: { readonly host: string; readonly port: number; readonly path: string },
  answer: AnswerScrape,
  log: OperationsLog,
): Promise<ScrapeServer> {
  const server = createServer((request, response) => {
    const [target] = (request.url ?? '').split('?', 1);
    if (target !== path) refuse(response, 404);
    else if (request.method !== 'GET' && request.method !== 'HEAD') refuse(response, 405);
    else answer(request, response);
  }).unref();
  server.on('connection', (socket) => socket.unref());
  // What is served here is read again and again, and nothing a trace should tell of.
  await suppressed(() => listening(server, host, port));
  server.on('error', (error) => {
    log.warn(`The endpoint for Prometheus has trouble: ${error.message}.`);
  });
  return {
    address: addressOf(server.address() as AddressInfo),
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-length': 0 }).end();
}

function addressOf({ address, family, port }: AddressInfo): string {
  return family === 'IPv6' ? `[${address}]:${port}` : `${address}:${port}`;
}
