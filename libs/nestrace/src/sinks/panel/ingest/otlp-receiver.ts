import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ResolvedIngestOptions } from '../../../config/panel-ingest.options.js';
import { noteFailure } from '../../../core/failures.js';
import { suppressed } from '../../../pipeline/exporters/suppressed.js';
import { readOtlpJson, readOtlpProtobuf } from '../../../pipeline/otlp-reading/read-otlp.js';
import type { ReadingLimits } from '../../../pipeline/otlp-reading/reading.js';
import { ReceivedSources } from '../../../pipeline/otlp-reading/received-sources.js';
import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';
import { VERSION } from '../../../version.js';
import { HUB_HEADER, HUB_PATH, type HubInfo } from './hub-info.js';
import { exportResponse, JSON_TYPE, otlpTypeOf, PROTOBUF, statusResponse } from './otlp-answer.js';
import { PeerRates } from './peer-rates.js';
import { readBody } from './read-body.js';
import { Refused, tryLater } from './refused.js';
import { SenderCheck } from './sender-check.js';

const TRACES_PATH = '/v1/traces';

/** SDKs send these as well; without an answer they would complain. */
const OTHER_SIGNALS: ReadonlySet<string> = new Set(['/v1/logs', '/v1/metrics']);

const MAX_CONCURRENT = 16;
const MAX_CONNECTIONS = 128;
const HEADERS_TIMEOUT_MS = 5000;
const BODY_TIMEOUT_MS = 10_000;

/** What a refused sender still sends is read away for so long: cut off, it would not see why. */
const DRAIN_MS = 1000;

export interface ReceiverParts {
  readonly options: Pick<ResolvedIngestOptions, 'host' | 'port' | 'token'>;
  readonly limits: ReadingLimits;
  readonly receive: (spans: readonly StoredSpan[], rejected: number) => void;
  readonly info: () => HubInfo;
  readonly bodyTimeoutMs?: number;
}

interface Answer {
  readonly type: string;
  readonly body: Buffer;
}

/**
 * An OTLP/HTTP receiver with a server of its own: the routes of the application have body parsers,
 * guards and a prefix in the way. It keeps no process alive, and nothing it does is traced.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp
 */
export class OtlpReceiver {
  /** Requests of traces that were taken. */
  requests = 0;
  /** Requests of logs and metrics; nothing is done with them. */
  otherRequests = 0;
  private readonly sender: SenderCheck;
  private readonly rates = new PeerRates();
  private readonly sources = new ReceivedSources();
  private server: Server | undefined;
  private concurrent = 0;

  constructor(private readonly parts: ReceiverParts) {
    this.sender = new SenderCheck(parts.options.host, parts.options.token);
  }

  /** Rejects where the address cannot be had. */
  listen(): Promise<void> {
    const server = createServer(
      { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: HEADERS_TIMEOUT_MS * 2 },
      (request, response) => {
        suppressed(() => void this.handle(request, response));
      },
    );
    this.server = server;
    server.maxConnections = MAX_CONNECTIONS;
    server.on('connection', (socket) => socket.unref());
    const { host, port } = this.parts.options;
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, exclusive: true }, () => {
        server.off('error', reject);
        server.on('error', (error) => {
          noteFailure('panel.ingest', error);
        });
        resolve();
      });
      server.unref();
    });
  }

  /** At once: whoever is cut off sends again. */
  close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    if (server === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => {});
    let isCounted = false;
    try {
      this.admit(request);
      isCounted = true;
      this.concurrent++;
      send(response, 200, await this.answer(request));
    } catch (error) {
      if (!(error instanceof Refused)) noteFailure('panel.ingest', error);
      refuse(request, response, error);
    } finally {
      if (isCounted) this.concurrent--;
    }
  }

  private admit({ headers, method, socket }: IncomingMessage): void {
    this.sender.checkOrigin(headers);
    // A sibling that only looks whether somebody is here does not use up what its spans need.
    if (method !== 'GET' && !this.rates.take(socket.remoteAddress ?? '')) {
      throw tryLater(429, 'too many requests from this address');
    }
    if (this.concurrent >= MAX_CONCURRENT) throw tryLater(503, 'too many requests at once');
    this.sender.checkToken(headers);
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const [path = ''] = (request.url ?? '').split('?');
    if (path === HUB_PATH) {
      allow(request, 'GET');
      return { type: JSON_TYPE, body: Buffer.from(JSON.stringify(this.parts.info())) };
    }
    const isTraces = path === TRACES_PATH;
    if (!isTraces && !OTHER_SIGNALS.has(path)) {
      throw new Refused(404, `nothing is here but ${TRACES_PATH}`);
    }
    allow(request, 'POST');
    const type = otlpTypeOf(request.headers['content-type']);
    if (type === undefined) {
      throw new Refused(415, `the content type has to be ${PROTOBUF} or ${JSON_TYPE}`);
    }
    const body = await readBody(request, this.parts.bodyTimeoutMs ?? BODY_TIMEOUT_MS);
    if (!isTraces) {
      this.otherRequests++;
      return { type, body: exportResponse(type) };
    }
    const { limits, receive } = this.parts;
    const reading =
      type === PROTOBUF
        ? readOtlpProtobuf(body, limits, this.sources)
        : readOtlpJson(body.toString(), limits, this.sources);
    if (reading.problem !== undefined) {
      throw new Refused(400, `this is no ExportTraceServiceRequest: ${reading.problem}`);
    }
    this.requests++;
    receive(reading.spans, reading.rejected);
    return { type, body: exportResponse(type, reading.rejected, reading.reason) };
  }
}

function allow(request: IncomingMessage, method: string): void {
  if (request.method === method) return;
  throw new Refused(405, `the method has to be ${method}`, { allow: method });
}

function refuse(request: IncomingMessage, response: ServerResponse, error: unknown): void {
  const refused = error instanceof Refused ? error : new Refused(500, 'something went wrong here');
  const type = otlpTypeOf(request.headers['content-type']) ?? JSON_TYPE;
  send(response, refused.status, { type, body: statusResponse(type, refused) }, refused.headers);
  if (request.complete) return;
  request.resume();
  const timer = setTimeout(() => request.socket.destroy(), DRAIN_MS).unref();
  request.once('close', () => {
    clearTimeout(timer);
  });
}

function send(
  response: ServerResponse,
  status: number,
  { type, body }: Answer,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.destroyed || response.headersSent) return;
  response.writeHead(status, {
    'content-type': type,
    'content-length': body.length,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    [HUB_HEADER]: VERSION,
    ...headers,
  });
  response.end(body);
}
