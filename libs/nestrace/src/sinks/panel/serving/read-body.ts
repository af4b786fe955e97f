import type { IncomingMessage } from 'node:http';
import { rawRequest, type PlatformRequest } from './platform.js';

/** Media type no body parser of an application takes, and so none limits. */
export const PANEL_MEDIA_TYPE = 'application/vnd.nestrace+json';

export type Body = { readonly text: string } | { readonly problem: 'too large' | 'unreadable' };

/** So much more than allowed is thrown away before the connection is: the answer shall be heard. */
const PATIENCE = 8;

/**
 * The body as text. A parser of the application may have been there before; where none was, it is
 * read here, and never more than `maxBytes` of it are kept.
 */
export async function readBody(request: PlatformRequest, maxBytes: number): Promise<Body> {
  const raw = rawRequest(request);
  if (raw.headers['content-encoding'] !== undefined) return { problem: 'unreadable' };
  if (request.body !== undefined && request.body !== null)
    return parsedBody(request.body, maxBytes);
  if (raw.readableEnded) return { text: '' };
  // Whoever went away while somebody decided whether he may will not say so again.
  if (raw.destroyed) return { problem: 'unreadable' };
  return collect(raw, maxBytes);
}

function parsedBody(body: unknown, maxBytes: number): Body {
  const text =
    typeof body === 'string'
      ? body
      : Buffer.isBuffer(body)
        ? body.toString('utf8')
        : JSON.stringify(body);
  return Buffer.byteLength(text) > maxBytes ? { problem: 'too large' } : { text };
}

function collect(raw: IncomingMessage, maxBytes: number): Promise<Body> {
  return new Promise((resolve) => {
    let chunks: Buffer[] = [];
    let size = 0;
    raw.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) {
        chunks.push(chunk);
        return;
      }
      chunks = [];
      if (size > maxBytes * PATIENCE) raw.destroy();
    });
    raw.once('end', () => {
      resolve(
        size > maxBytes
          ? { problem: 'too large' }
          : { text: Buffer.concat(chunks).toString('utf8') },
      );
    });
    // Comes after `end`, too, when nobody listens to the promise any more.
    raw.once('close', () => resolve({ problem: 'unreadable' }));
    raw.once('error', () => resolve({ problem: 'unreadable' }));
  });
}
