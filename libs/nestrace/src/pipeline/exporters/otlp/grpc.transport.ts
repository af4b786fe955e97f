import type { Metadata, ServiceError } from '@grpc/grpc-js';
import { closedError, ExportError, type ExportFacts } from '../export.error.js';
import { isNotTls, systemMessage } from '../system-error.js';
import type { SendResult, Transport } from '../transport.js';
import { GrpcConnection } from './grpc.connection.js';
import { retryDelay } from './retry-info.js';
import { OTLP_USER_AGENT } from './user-agent.js';
import type { ResolvedOtlpExporter } from '../../../config/otlp-exporter.options.js';

type Grpc = typeof import('@grpc/grpc-js');

const METHOD = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

/**
 * CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS. RESOURCE_EXHAUSTED
 * only passes where the backend says after which time.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#failures
 */
const RETRYABLE: ReadonlySet<number> = new Set([1, 4, 10, 11, 14, 15]);

/** Where `google.rpc.Status` is found, in bytes. */
const STATUS_DETAILS = 'grpc-status-details-bin';

/** A channel that keeps timing out is replaced: some networks drop connections without a word. */
const TIMEOUTS_BEFORE_RECONNECT = 3;

/** How gRPC says that it is not the backend that answers. */
const NOT_CONNECTED = /^(No connection established|Name resolution failed)/;

const asIs = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);

/** Unary calls over one channel. The stock transport cannot take a call back; this one can. */
export class GrpcTransport implements Transport {
  private connection: GrpcConnection | undefined;
  private readonly metadata: Metadata;
  private readonly facts: ExportFacts;
  private timeouts = 0;
  private closed = false;

  constructor(
    private readonly grpc: Grpc,
    private readonly options: ResolvedOtlpExporter,
  ) {
    this.facts = { speaks: 'otlp-grpc', port: /:(\d+)$/.exec(targetOf(options.endpoint))?.[1] };
    this.metadata = new grpc.Metadata();
    for (const [name, value] of Object.entries(options.headers)) this.metadata.set(name, value);
  }

  async send(body: Uint8Array, timeoutMs: number): Promise<SendResult> {
    if (this.closed) return { outcome: 'failed', error: closedError() };
    try {
      return await this.call((this.connection ??= this.connect()), body, timeoutMs);
    } catch (error) {
      // A certificate that cannot be used is refused here.
      const { message } = error as Error;
      const refused = new ExportError(systemMessage(message), this.facts, { cause: error });
      return { outcome: 'failed', error: refused };
    }
  }

  close(): void {
    this.closed = true;
    this.connection?.close();
  }

  private call(
    connection: GrpcConnection,
    body: Uint8Array,
    timeoutMs: number,
  ): Promise<SendResult> {
    return new Promise((resolve) => {
      connection.call((client, ended) =>
        client.makeUnaryRequest(
          METHOD,
          asIs,
          (answer: Buffer) => answer,
          body,
          this.metadata,
          { deadline: Date.now() + timeoutMs },
          (error, answer) => {
            ended();
            if (error !== null && NOT_CONNECTED.test(error.details)) this.disconnect(connection);
            resolve(error === null ? this.succeeded(answer) : this.failed(error, body.length));
          },
        ),
      );
    });
  }

  private connect(): GrpcConnection {
    const { endpoint, compression, tls } = this.options;
    const secure = isSecure(endpoint, tls.insecure);
    const credentials = secure
      ? this.grpc.credentials.createSsl(pem(tls.ca), pem(tls.key), pem(tls.cert))
      : this.grpc.credentials.createInsecure();
    const { gzip, identity } = this.grpc.compressionAlgorithms;
    const client = new this.grpc.Client(targetOf(endpoint), credentials, {
      'grpc.default_compression_algorithm': compression === 'gzip' ? gzip : identity,
      'grpc.primary_user_agent': OTLP_USER_AGENT,
      // Connections shared with other clients of the process could not be taken down.
      'grpc.use_local_subchannel_pool': 1,
    });
    return new GrpcConnection(client);
  }

  private succeeded(answer: Buffer | undefined): SendResult {
    this.timeouts = 0;
    return { outcome: 'ok', body: answer ?? Buffer.alloc(0) };
  }

  private failed(error: ServiceError, bytes: number): SendResult {
    if (this.closed) return { outcome: 'failed', error: closedError() };
    const { code, details } = error;
    if (code === this.grpc.status.DEADLINE_EXCEEDED) this.countTimeout();
    const facts = { ...this.facts, grpcStatus: code, code: systemCodeIn(details) };
    const message = details === '' ? error.message : messageIn(details);
    const isExhausted = code === this.grpc.status.RESOURCE_EXHAUSTED;
    if (isExhausted && isTooLarge(details, bytes)) {
      const tooLarge = { ...facts, code: 'ETOOLARGE' };
      return { outcome: 'failed', error: new ExportError(message, tooLarge, { cause: error }) };
    }
    const failure = new ExportError(message, facts, { cause: error });
    const afterMs = retryDelayIn(error);
    const mayPass = RETRYABLE.has(code) || (isExhausted && afterMs !== undefined);
    return mayPass
      ? { outcome: 'retry', error: failure, afterMs }
      : { outcome: 'failed', error: failure };
  }

  /**
   * A channel that has no connection waits up to two minutes before it tries again, and answers
   * meanwhile without asking. When to try is decided elsewhere, so the next call gets a new one.
   */
  private disconnect(connection: GrpcConnection): void {
    if (this.connection !== connection || !connection.isIdle) return;
    this.connection = undefined;
    connection.close();
  }

  private countTimeout(): void {
    if (++this.timeouts < TIMEOUTS_BEFORE_RECONNECT) return;
    this.timeouts = 0;
    this.connection?.close();
    this.connection = undefined;
  }
}

function pem(text: string | undefined): Buffer | null {
  return text === undefined ? null : Buffer.from(text);
}

/** Without a scheme it depends on `insecure`, as for `OTEL_EXPORTER_OTLP_INSECURE`. */
function isSecure(endpoint: string, insecure: boolean): boolean {
  if (/^https:/i.test(endpoint)) return true;
  if (/^(http|unix):/i.test(endpoint)) return false;
  return !insecure;
}

/** gRPC wants `host:port`; a path in the URL has no meaning for it. */
function targetOf(endpoint: string): string {
  if (!/^https?:\/\//i.test(endpoint)) return endpoint;
  const { hostname, port, protocol } = new URL(endpoint);
  return `${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

/** gRPC wraps system errors into text: "… Error: connect ECONNREFUSED … Resolution note: ". */
function messageIn(details: string): string {
  const { time } = /^Deadline exceeded after (?<time>[\d.]+s)/.exec(details)?.groups ?? {};
  if (time !== undefined) return `no answer within ${time}`;
  const { reason = details } =
    /^No connection established\. Last error: (?:Error(?: \[\w+\])?: )?(?<reason>.+?)(?: \(\d{4}-[^)]+\))?\.?\s*Resolution note: $/s.exec(
      details,
    )?.groups ?? {};
  return systemMessage(reason);
}

/**
 * Servers say by how much a request was too large. An answer that is too large for us is told in
 * the same words, and has nothing to do with how much was sent.
 */
function isTooLarge(details: string, bytes: number): boolean {
  if (!/larger than max|exceeds maximum size/.test(details)) return false;
  return Math.max(...(details.match(/\d+/g) ?? []).map(Number)) <= bytes;
}

function retryDelayIn({ metadata }: ServiceError): number | undefined {
  const [details] = metadata?.get(STATUS_DETAILS) ?? [];
  return details instanceof Uint8Array ? retryDelay(details) : undefined;
}

/** Of what goes wrong before TLS stands, gRPC keeps the sentence and not the code. */
const SENTENCES: readonly (readonly [sentence: string, code: string])[] = [
  ['Name resolution failed', 'ENOTFOUND'],
  ['self-signed certificate in certificate chain', 'SELF_SIGNED_CERT_IN_CHAIN'],
  ['self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ['unable to verify the first certificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  ['unable to get local issuer certificate', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
  ['certificate has expired', 'CERT_HAS_EXPIRED'],
  ['no application protocol', 'ENOTGRPC'],
  ['Protocol error', 'ENOTGRPC'],
  ['Failed to connect', 'ECUT'],
];

const CODE =
  /\b(ECONNREFUSED|ECONNRESET|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_SSL_[A-Z_]+|ERR_TLS_[A-Z_]+)\b/;

function systemCodeIn(details: string): string | undefined {
  if (isNotTls(details)) return 'ERR_SSL_WRONG_VERSION_NUMBER';
  return CODE.exec(details)?.[1] ?? SENTENCES.find(([sentence]) => details.includes(sentence))?.[1];
}
