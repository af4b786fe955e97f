import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { gunzipSync } from 'node:zlib';
import { encodeResponse } from '../../support/receivers/otlp-definitions.js';
import type { Exchange, Refusal } from './exchange.js';
import { writeWithoutEnd } from './endless.js';
import type { Ledger } from './ledger.js';
import { readSpans } from './read-spans.js';

const PROTOBUF = 'application/x-protobuf';

/** OTLP over HTTP in both encodings, and Zipkin. */
export function createHttpBackend(
  ledger: Ledger,
  treat: (exchange: Exchange) => void,
  tls?: { readonly cert: string; readonly key: string },
): Server {
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => {});
    response.on('error', () => {});
    request.on('end', () => {
      treat(new HttpExchange(request, response, Buffer.concat(chunks), ledger));
    });
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer(tls, handle);
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('tlsClientError', (_error, socket: { destroy(): void }) => socket.destroy());
  // A connection that is closed while it is used fails an export that had nothing wrong.
  server.keepAliveTimeout = 0;
  return server;
}

class HttpExchange implements Exchange {
  readonly spans: number;
  private readonly id: number;
  private readonly type: string;

  constructor(
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
    body: Buffer,
    private readonly ledger: Ledger,
  ) {
    const isZipped = request.headers['content-encoding'] === 'gzip';
    this.type = request.headers['content-type'] ?? '';
    const { ids, odd } = readSpans(
      isZipped ? gunzipSync(body) : body,
      this.type,
      request.url ?? '',
    );
    this.spans = ids.length;
    this.id = ledger.open(ids, odd);
  }

  acknowledge(rejected = 0): void {
    const { response } = this;
    if (response.destroyed) return;
    this.take(this.spans - rejected);
    response.writeHead(this.status, { 'content-type': this.type }).end(this.body(rejected));
  }

  refuse({ http, retryAfterSeconds }: Refusal): void {
    if (retryAfterSeconds !== undefined) {
      this.response.setHeader('retry-after', retryAfterSeconds);
    }
    this.response.writeHead(http).end();
  }

  answer(contentType: string, body: Uint8Array, takes = false): void {
    if (takes) this.take(this.spans);
    this.response.writeHead(this.status, { 'content-type': contentType }).end(body);
  }

  answerEndlessly(): void {
    this.response.writeHead(this.status, { 'content-type': this.type });
    writeWithoutEnd(this.response);
  }

  cutAnswer(): void {
    this.ledger.taking(this.id, this.spans);
    this.response.writeHead(this.status, { 'content-type': this.type, 'content-length': '100' });
    this.response.write('half', () => this.request.socket.resetAndDestroy());
  }

  private take(spans: number): void {
    const { response, ledger, id } = this;
    ledger.taking(id, spans);
    response.on('finish', () => {
      ledger.delivered(id);
    });
  }

  private get isZipkin(): boolean {
    return this.request.url?.startsWith('/api/v2/spans') === true;
  }

  private get status(): number {
    return this.isZipkin ? 202 : 200;
  }

  private body(rejected: number): Uint8Array {
    if (this.isZipkin) return new Uint8Array();
    const partial =
      rejected === 0 ? undefined : { rejectedSpans: rejected, errorMessage: 'too old' };
    if (this.type === PROTOBUF) return encodeResponse(partial);
    return Buffer.from(JSON.stringify(partial === undefined ? {} : { partialSuccess: partial }));
  }
}
