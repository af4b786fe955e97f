import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificates.js';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Header names and values as they came, doubles included. */
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface EchoServer {
  readonly port: number;
  readonly received: Received[];
  close(): Promise<void>;
}

/**
 * A stranger on the other end: remembers what came in. `/status/404` answers so, `/slow` waits,
 * `/cut` breaks the connection, `/redirect` sends elsewhere, everything else is 200.
 */
export async function startEchoServer(certificate?: Certificate): Promise<EchoServer> {
  const received: Received[] = [];
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers, rawHeaders } = request;
      received.push({ method, url, headers, rawHeaders, body: Buffer.concat(chunks).toString() });
      const status = /^\/status\/(\d+)/.exec(url)?.[1];
      if (url.startsWith('/cut')) request.socket.destroy();
      else if (url.startsWith('/redirect')) {
        response.writeHead(302, { location: '/landed' }).end();
      } else if (url.startsWith('/slow')) setTimeout(() => response.end('late'), 2000).unref();
      else if (url.startsWith('/half')) {
        response.writeHead(200, { 'content-length': '100' });
        response.write('half');
        setTimeout(() => request.socket.destroy(), 10);
      } else response.writeHead(status === undefined ? 200 : Number(status)).end('echo');
    });
  };
  const server =
    certificate === undefined
      ? createServer(listener)
      : createSecureServer({ cert: certificate.cert, key: certificate.key }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    received,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
