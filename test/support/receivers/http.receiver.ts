import {
  createServer as createHttpServer,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { gunzipSync } from 'node:zlib';
import type { Behaviour, ReceiverTls } from './receiver.js';
import { Recorder } from './recorder.js';

/** What a backend says to a request it understands. */
export interface HttpBackend<S> {
  /** Path of the only resource there is. */
  readonly path: string;
  /** Status of a request that was taken. */
  readonly status: number;
  /** Encodings of a body it reads. */
  readonly contentTypes: readonly string[];
  decode(body: Buffer, contentType: string): readonly S[];
  /** Body of the answer. */
  answer(behaviour: Behaviour, contentType: string): Uint8Array;
}

const HUGE_BYTES = 3 * 1024 * 1024;

/** Starts a real HTTP server for one resource. */
export async function startHttpReceiver<S>(
  backend: HttpBackend<S>,
  tls?: ReceiverTls,
): Promise<Recorder<S>> {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    read(request, (body) => {
      reply(recorder, backend, request, response, body);
    });
  };
  const server =
    tls === undefined
      ? createHttpServer(handle)
      : createHttpsServer(
          {
            cert: tls.cert,
            key: tls.key,
            ...(tls.clientCa !== undefined && { ca: tls.clientCa, requestCert: true }),
          },
          handle,
        );
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const scheme = tls === undefined ? 'http' : 'https';
  const recorder = await Recorder.inFrontOf<S>(
    (server.address() as AddressInfo).port,
    (port) => `${scheme}://127.0.0.1:${port}${backend.path}`,
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  return recorder;
}

/** A client that goes away in the middle of its request gets no answer. */
function read(request: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    done(Buffer.concat(chunks));
  });
}

function reply<S>(
  recorder: Recorder<S>,
  backend: HttpBackend<S>,
  request: IncomingMessage,
  response: ServerResponse,
  body: Buffer,
): void {
  const contentType = request.headers['content-type'] ?? '';
  const refusal = refusalOf(backend, request, contentType);
  if (refusal !== undefined) {
    response.writeHead(refusal).end();
    return;
  }
  const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  const behaviour = recorder.receive({
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    ),
    path: request.url ?? '',
    body,
    spans: backend.decode(plain, contentType),
    clientName: clientNameOf(request),
  });
  act(behaviour, response, backend, contentType);
}

function refusalOf<S>(
  { path, contentTypes }: HttpBackend<S>,
  { url, method }: IncomingMessage,
  contentType: string,
): number | undefined {
  if (url?.split('?')[0] !== path) return 404;
  if (method !== 'POST') return 405;
  return contentTypes.includes(contentType) ? undefined : 415;
}

function clientNameOf({ socket }: IncomingMessage): string | undefined {
  const { getPeerCertificate } = socket as Partial<TLSSocket>;
  const name: unknown = getPeerCertificate?.call(socket as TLSSocket).subject?.CN;
  return typeof name === 'string' ? name : undefined;
}

function act<S>(
  behaviour: Behaviour,
  response: ServerResponse,
  backend: HttpBackend<S>,
  contentType: string,
): void {
  const head = { 'content-type': contentType };
  switch (behaviour.kind) {
    case 'ok':
    case 'partial': {
      const send = (): void => {
        response.writeHead(backend.status, head).end(backend.answer(behaviour, contentType));
      };
      if (behaviour.kind === 'ok' && behaviour.afterMs !== undefined) {
        setTimeout(send, behaviour.afterMs);
      } else {
        send();
      }
      return;
    }
    case 'status': {
      const { status, message, retryAfter } = behaviour;
      response
        .writeHead(status, {
          ...head,
          ...(retryAfter !== undefined && { 'retry-after': retryAfter }),
        })
        .end(message);
      return;
    }
    case 'garbage':
      response.writeHead(backend.status, head).end(Buffer.alloc(64, 0xff));
      return;
    case 'huge':
      response.writeHead(backend.status, head).end(Buffer.alloc(HUGE_BYTES, 0x20));
      return;
    case 'cut':
      response.writeHead(backend.status, { ...head, 'content-length': '100' });
      response.write('half', () => response.destroy());
      return;
    case 'hang':
    case 'silent':
    case 'refuse':
      return;
    default:
      behaviour satisfies never;
  }
}
