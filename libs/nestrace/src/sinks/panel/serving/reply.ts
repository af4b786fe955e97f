import type { ServerResponse } from 'node:http';
import { rawResponse, type PlatformResponse } from './platform.js';
import { secureHeaders } from './response-headers.js';

type Headers = Readonly<Record<string, string>>;

/**
 * Writes an answer past the platform: what its interceptors, serializers and hooks do to the answers
 * of the application must not happen to these.
 */
export class Reply {
  private readonly raw: ServerResponse;

  constructor(response: PlatformResponse) {
    // Fastify would otherwise send something of its own when the handler is done.
    response.hijack?.();
    this.raw = rawResponse(response);
    // Whoever reads may go away at any moment.
    this.raw.on('error', () => {});
  }

  json(status: number, value: unknown): void {
    const body = JSON.stringify(value) ?? 'null';
    this.bytes(status, Buffer.from(body), { 'content-type': 'application/json; charset=utf-8' });
  }

  bytes(status: number, body: Buffer, headers: Headers): void {
    this.send(status, { ...headers, 'content-length': String(body.length) }, body);
  }

  /** The target is relative: nobody here knows the address the browser uses. */
  redirect(location: string): void {
    this.send(302, { location, 'content-length': '0' });
  }

  notModified(headers: Headers): void {
    this.send(304, headers);
  }

  /** Sends the headers of an answer that goes on; undefined where there is nobody to send it to. */
  open(headers: Headers): ServerResponse | undefined {
    if (!this.prepare(200, headers)) return undefined;
    this.raw.flushHeaders();
    return this.raw;
  }

  private send(status: number, headers: Headers, body?: Buffer): void {
    if (this.prepare(status, headers)) this.raw.end(body);
  }

  private prepare(status: number, headers: Headers): boolean {
    // Somebody else has answered, or nobody waits for an answer any more.
    const { headersSent, writableEnded, destroyed } = this.raw;
    if (headersSent || writableEnded || destroyed) return false;
    secureHeaders(this.raw);
    this.raw.statusCode = status;
    for (const [name, value] of Object.entries(headers)) this.raw.setHeader(name, value);
    return true;
  }
}
