import {
  Metadata,
  Server,
  ServerCredentials,
  type sendUnaryData,
  type ServerUnaryCall,
  status,
} from '@grpc/grpc-js';
import { decodeProtobuf, encodeResponse } from './otlp-definitions.js';
import { otlpSpansOf, type OtlpSpan } from './otlp-span.js';
import type { Behaviour, Receiver, ReceiverTls } from './receiver.js';
import { Recorder } from './recorder.js';

const EXPORT = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/** More than a client takes by default. */
const HUGE_BYTES = 5 * 1024 * 1024;

const asIs = (bytes: Buffer): Buffer => bytes;

/** An OTLP backend that speaks gRPC. */
export async function startOtlpGrpcReceiver(tls?: ReceiverTls): Promise<Receiver<OtlpSpan>> {
  const server = new Server();
  server.register<Buffer, Buffer>(
    EXPORT,
    (call: ServerUnaryCall<Buffer, Buffer>, callback: sendUnaryData<Buffer>) => {
      const behaviour = recorder.receive({
        headers: Object.fromEntries(
          Object.entries(call.metadata.getMap()).map(([name, value]) => [name, String(value)]),
        ),
        path: call.getPath(),
        body: call.request,
        spans: otlpSpansOf(decodeProtobuf(call.request)),
        clientName: clientNameOf(call),
      });
      act(behaviour, callback, recorder);
    },
    asIs,
    asIs,
    'unary',
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentialsOf(tls), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  const scheme = tls === undefined ? 'http' : 'https';
  const recorder = await Recorder.inFrontOf<OtlpSpan>(
    port,
    (gatePort) => `${scheme}://127.0.0.1:${gatePort}`,
    async () => {
      server.forceShutdown();
    },
  );
  return recorder;
}

function statusOf(code: number): status {
  return status[status[code] as keyof typeof status];
}

/** `google.rpc.Status` with a `RetryInfo`, as servers send it beside the status. */
function retryInfo(code: number, seconds: number): Metadata {
  const field = (number: number, bytes: Buffer): Buffer =>
    Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes]);
  const nanos = Math.round((seconds % 1) * 1e9);
  const varint = (value: number): number[] =>
    value > 0x7f ? [(value & 0x7f) | 0x80, ...varint(value >>> 7)] : [value];
  const duration = Buffer.of(8, ...varint(Math.floor(seconds)), 16, ...varint(nanos));
  const type = Buffer.from('type.googleapis.com/google.rpc.RetryInfo');
  const any = Buffer.concat([field(1, type), field(2, field(1, duration))]);
  const metadata = new Metadata();
  metadata.set('grpc-status-details-bin', Buffer.concat([Buffer.of(8, code), field(3, any)]));
  return metadata;
}

function credentialsOf(tls: ReceiverTls | undefined): ServerCredentials {
  if (tls === undefined) return ServerCredentials.createInsecure();
  const { cert, key, clientCa } = tls;
  return ServerCredentials.createSsl(
    clientCa === undefined ? null : Buffer.from(clientCa),
    [{ cert_chain: Buffer.from(cert), private_key: Buffer.from(key) }],
    clientCa !== undefined,
  );
}

function clientNameOf(call: ServerUnaryCall<Buffer, Buffer>): string | undefined {
  const name: unknown = call.getAuthContext().sslPeerCertificate?.subject?.CN;
  return typeof name === 'string' ? name : undefined;
}

function act(
  behaviour: Behaviour,
  callback: sendUnaryData<Buffer>,
  recorder: Recorder<OtlpSpan>,
): void {
  switch (behaviour.kind) {
    case 'ok': {
      const send = (): void => {
        callback(null, Buffer.from(encodeResponse()));
      };
      if (behaviour.afterMs === undefined) send();
      else setTimeout(send, behaviour.afterMs);
      return;
    }
    case 'partial': {
      const { rejected, message } = behaviour;
      const answer = encodeResponse({ rejectedSpans: rejected, errorMessage: message });
      callback(null, Buffer.from(answer));
      return;
    }
    case 'status':
      callback({
        code: statusOf(behaviour.status),
        details: behaviour.message ?? '',
        ...(behaviour.retryAfter !== undefined && {
          metadata: retryInfo(behaviour.status, Number(behaviour.retryAfter)),
        }),
      });
      return;
    case 'garbage':
      callback(null, Buffer.alloc(64, 0xff));
      return;
    case 'huge':
      callback(null, Buffer.alloc(HUGE_BYTES));
      return;
    case 'cut':
      recorder.gate.cut();
      return;
    case 'hang':
    case 'silent':
    case 'refuse':
      return;
    default:
      behaviour satisfies never;
  }
}
