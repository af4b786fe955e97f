import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { closedError, ExportError } from './export.error.js';
import type { SendResult, Transport } from './transport.js';

const compress = promisify(gzip);

/** Answers are a few bytes; one that is larger is not from an OTLP or Zipkin server. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

/** https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes */
const RETRYABLE_STATUS: ReadonlySet<number> = new Set([429, 502, 503, 504]);

const RETRYABLE_CODE: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);

/** Spans that are exported one by one must not open a connection each while the backend hangs. */
const MAX_SOCKETS = 8;

/** How it shows that the other side has closed the connection. */
const CUT: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

export interface HttpTransportOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

/** Posts over HTTP/1.1 on kept-alive connections of its own, so that it can take them down. */
export class HttpTransport implements Transport {
  private readonly url: URL;
  private readonly agent: HttpAgent;
  private readonly underWay = new Set<(error: ExportError) => void>();
  private closed = false;

  constructor(private readonly options: HttpTransportOptions) {
    this.url = new URL(options.url);
    this.agent =
      this.url.protocol === 'https:'
        ? new HttpsAgent({ keepAlive: true, maxSockets: MAX_SOCKETS, ...options.tls })
        : new HttpAgent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  }

  async send(body: Uint8Array, timeoutMs: number): Promise<SendResult> {
    const zipped = this.options.compression === 'gzip';
    try {
      const bytes = zipped ? await compress(body) : body;
      if (this.closed) return { outcome: 'failed', error: closedError() };
      return await this.post(bytes, zipped, timeoutMs);
    } catch (error) {
      // Node throws at once for a header or a certificate it cannot use.
      return resultOf(fromSystemError(error as NodeJS.ErrnoException));
    }
  }

  close(): void {
    this.closed = true;
    for (const cutOff of this.underWay) cutOff(closedError());
    this.agent.destroy();
  }

  private post(body: Uint8Array, zipped: boolean, timeoutMs: number): Promise<SendResult> {
    const deadline = Date.now() + timeoutMs;
    return new Promise((resolve) => {
      const request = this.url.protocol === 'https:' ? httpsRequest : httpRequest;
      const outgoing = request(this.url, {
        method: 'POST',
        agent: this.agent,
        headers: {
          ...this.options.headers,
          'content-length': String(body.byteLength),
          ...(zipped && { 'content-encoding': 'gzip' }),
        },
      });
      const finish = (result: SendResult | Promise<SendResult>): void => {
        clearTimeout(timer);
        this.underWay.delete(cutOff);
        resolve(result);
      };
      const cutOff = (error: ExportError): void => {
        finish(resultOf(error));
        outgoing.destroy();
      };
      const timer = setTimeout(() => {
        cutOff(new ExportError(`no answer within ${timeoutMs} ms`, { code: 'ETIMEDOUT' }));
      }, timeoutMs).unref();
      this.underWay.add(cutOff);
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (!this.underWay.has(cutOff)) return;
        // The backend closed an idle connection just as it was used again; nothing is wrong with it.
        const stale = outgoing.reusedSocket && CUT.has(error.code ?? '');
        finish(
          stale ? this.post(body, zipped, deadline - Date.now()) : resultOf(fromSystemError(error)),
        );
      });
      outgoing.on('response', (response) => {
        readAnswer(response, cutOff, (answer) => {
          finish(judge(response, answer));
        });
      });
      outgoing.end(body);
    });
  }
}

function readAnswer(
  response: IncomingMessage,
  fail: (error: ExportError) => void,
  done: (answer: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    size += chunk.byteLength;
    if (size > MAX_RESPONSE_BYTES) {
      fail(new ExportError(`the answer is larger than ${MAX_RESPONSE_BYTES} bytes`));
    } else {
      chunks.push(chunk);
    }
  });
  response.on('end', () => {
    done(Buffer.concat(chunks));
  });
  response.on('error', (error) => {
    fail(fromSystemError(error));
  });
}

function judge(response: IncomingMessage, answer: Buffer): SendResult {
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return { outcome: 'ok', body: answer };
  const reason = response.statusMessage ? ` ${response.statusMessage}` : '';
  const error = new ExportError(`HTTP ${status}${reason}`, { httpStatus: status });
  if (!RETRYABLE_STATUS.has(status)) return { outcome: 'failed', error };
  return { outcome: 'retry', error, afterMs: retryAfter(response.headers['retry-after']) };
}

/** Every form of a date in HTTP begins with the day. `Date.parse` also takes "-1" for a date. */
const HTTP_DATE = /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/;

/** Seconds or a date: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  if (!HTTP_DATE.test(header)) return undefined;
  const milliseconds = Date.parse(header) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}

function resultOf(error: ExportError): SendResult {
  const retryable = error.facts.code !== undefined && RETRYABLE_CODE.has(error.facts.code);
  return { outcome: retryable ? 'retry' : 'failed', error };
}

function fromSystemError(error: NodeJS.ErrnoException): ExportError {
  // Happy eyeballs reports the attempts on all addresses as one error without a message.
  const inner = (error as { errors?: readonly NodeJS.ErrnoException[] }).errors?.[0] ?? error;
  return new ExportError(inner.message, { code: inner.code }, { cause: error });
}
