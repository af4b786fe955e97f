import {
  createSecureServer,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { gunzipSync } from 'node:zlib';
import { encodeResponse } from '../../support/receivers/otlp-definitions.js';
import { writeWithoutEnd } from './endless.js';
import type { Exchange, Refusal } from './exchange.js';
import type { Ledger } from './ledger.js';
import { readSpans } from './read-spans.js';

/** Flag and length: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
const PREFIX_BYTES = 5;

/**
 * OTLP over gRPC, spoken by hand on HTTP/2: a server made of the library the exporter uses could
 * not be made to break the protocol.
 */
export function createGrpcBackend(
  ledger: Ledger,
  treat: (exchange: Exchange) => void,
  tls?: { readonly cert: string; readonly key: string },
): Http2Server {
  const server = tls === undefined ? createServer() : createSecureServer(tls);
  server.on('sessionError', () => {});
  server.on('tlsClientError', () => {});
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', () => {});
    stream.on('end', () => {
      if (stream.destroyed) return;
      treat(new GrpcExchange(stream, headers, Buffer.concat(chunks), ledger));
    });
  });
  return server;
}

class GrpcExchange implements Exchange {
  readonly spans: number;
  private readonly id: number;

  constructor(
    private readonly stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    frame: Buffer,
    private readonly ledger: Ledger,
  ) {
    const body = frame.subarray(PREFIX_BYTES);
    const isZipped = frame[0] === 1 && headers['grpc-encoding'] === 'gzip';
    const { ids, odd } = readSpans(isZipped ? gunzipSync(body) : body, '', '');
    this.spans = ids.length;
    this.id = ledger.open(ids, odd);
  }

  acknowledge(rejected = 0): void {
    if (this.stream.destroyed) return;
    this.take(this.spans - rejected);
    const partial =
      rejected === 0 ? undefined : { rejectedSpans: rejected, errorMessage: 'too old' };
    this.reply(encodeResponse(partial));
  }

  refuse({ grpc, retryAfterSeconds }: Refusal): void {
    if (this.stream.destroyed) return;
    this.stream.respond(
      {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': String(grpc),
        'grpc-message': 'not now',
        ...(retryAfterSeconds !== undefined && {
          'grpc-status-details-bin': retryInfo(retryAfterSeconds, grpc).toString('base64'),
        }),
      },
      { endStream: true },
    );
  }

  answer(contentType: string, body: Uint8Array, takes = false): void {
    if (this.stream.destroyed) return;
    if (takes) this.take(this.spans);
    // What has no content type of gRPC is not even framed, as a proxy would answer.
    if (contentType.startsWith('application/grpc')) this.reply(body);
    else {
      this.stream.respond({ ':status': 200, 'content-type': contentType });
      this.stream.end(body);
    }
  }

  answerEndlessly(): void {
    if (this.stream.destroyed) return;
    this.stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    writeWithoutEnd(this.stream);
  }

  cutAnswer(): void {
    if (this.stream.destroyed) return;
    this.ledger.taking(this.id, this.spans);
    this.stream.respond({ ':status': 200, 'content-type': 'application/grpc' });
    this.stream.write(Buffer.alloc(PREFIX_BYTES - 1), () => this.stream.session?.destroy());
  }

  private take(spans: number): void {
    const { stream, ledger, id } = this;
    ledger.taking(id, spans);
    stream.on('finish', () => {
      ledger.delivered(id);
    });
  }

  private reply(message: Uint8Array): void {
    const { stream } = this;
    const prefix = Buffer.alloc(PREFIX_BYTES);
    prefix.writeUInt32BE(message.byteLength, 1);
    stream.respond(
      { ':status': 200, 'content-type': 'application/grpc' },
      { waitForTrailers: true },
    );
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': '0' });
    });
    stream.end(Buffer.concat([prefix, message]));
  }
}

/** A `google.rpc.Status` with one `RetryInfo` in it, written by hand: three short messages. */
function retryInfo(seconds: number, code: number): Buffer {
  const field = (tag: number, bytes: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from([tag, bytes.byteLength]), bytes]);
  const duration = field(0x0a, Buffer.from([0x08, seconds]));
  const any = Buffer.concat([
    field(0x0a, Buffer.from('type.googleapis.com/google.rpc.RetryInfo')),
    field(0x12, duration),
  ]);
  return Buffer.concat([Buffer.from([0x08, code]), field(0x1a, any)]);
}
