import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { closedError, ExportError, type ExportFacts } from './export.error.js';
import { judgeAnswer, readAnswer } from './http-answer.js';
import { isNotTls, systemMessage } from './system-error.js';
import type { SendResult, Transport } from './transport.js';

const compress = promisify(gzip);

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
  /** For hints, where something goes wrong. */
  readonly speaks: 'otlp-http' | 'zipkin';
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
  private readonly facts: ExportFacts;
  private closed = false;

  constructor(private readonly options: HttpTransportOptions) {
    this.url = new URL(options.url);
    this.facts = { speaks: options.speaks, port: this.url.port };
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
      return resultOf(this.known(error as NodeJS.ErrnoException));
    }
  }

  close(): void {
    this.closed = true;
    for (const cutOff of this.underWay) cutOff(closedError());
    this.agent.destroy();
  }

  private post(body: Uint8Array, zipped: boolean, timeoutMs: number): Promise<SendResult> {
    const deadline = performance.now() + timeoutMs;
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
        // After a stall of the event loop the answer may be there, and not have been read.
        setImmediate(() => {
          if (!this.underWay.has(cutOff)) return;
          const facts = { ...this.facts, code: 'ETIMEDOUT' };
          cutOff(new ExportError(`no answer within ${Math.round(timeoutMs)} ms`, facts));
        });
      }, timeoutMs).unref();
      this.underWay.add(cutOff);
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (!this.underWay.has(cutOff)) return;
        // The backend closed an idle connection just as it was used again; nothing is wrong with it.
        const stale = outgoing.reusedSocket && CUT.has(error.code ?? '');
        finish(
          stale
            ? this.post(body, zipped, deadline - performance.now())
            : resultOf(this.known(error)),
        );
      });
      outgoing.on('response', (response) => {
        const fail = (error: NodeJS.ErrnoException | ExportError): void => {
          cutOff(error instanceof ExportError ? error : this.known(error));
        };
        readAnswer(response, fail, (answer) => {
          finish(judgeAnswer(response, answer, this.facts));
        });
      });
      outgoing.end(body);
    });
  }

  private known(error: NodeJS.ErrnoException): ExportError {
    // Happy eyeballs reports the attempts on all addresses as one error without a message.
    const inner = (error as { errors?: readonly NodeJS.ErrnoException[] }).errors?.[0] ?? error;
    const code = isNotTls(inner.message) ? 'ERR_SSL_WRONG_VERSION_NUMBER' : inner.code;
    return new ExportError(systemMessage(inner.message), { ...this.facts, code }, { cause: error });
  }
}

function resultOf(error: ExportError): SendResult {
  const retryable = error.facts.code !== undefined && RETRYABLE_CODE.has(error.facts.code);
  return { outcome: retryable ? 'retry' : 'failed', error };
}
