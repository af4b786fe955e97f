import type { IncomingMessage } from 'node:http';
import { createGunzip, createInflate, type Gunzip, type Inflate } from 'node:zlib';
import { Refused } from './refused.js';

/** Before and after inflation: a batch of 512 spans has some hundred kilobytes. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * Reads a body of bounded size in bounded time, inflated. What fails leaves the request open, so
 * that it can be answered.
 *
 * @throws Refused
 */
export function readBody(request: IncomingMessage, timeoutMs: number): Promise<Buffer> {
  const inflate = inflaterFor(request.headers['content-encoding']);
  if (Number(request.headers['content-length']) > MAX_BODY_BYTES) throw tooLarge();
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let received = 0;
    let size = 0;
    const stop = (): void => {
      clearTimeout(timer);
      request.off('data', count);
      if (inflate !== undefined) request.unpipe(inflate);
      inflate?.destroy();
      chunks = [];
    };
    const fail = (error: Refused): void => {
      stop();
      reject(error);
    };
    const timer = setTimeout(() => {
      fail(new Refused(408, `the body did not come within ${timeoutMs} ms`));
    }, timeoutMs).unref();
    const count = (chunk: Buffer): void => {
      received += chunk.length;
      if (received > MAX_BODY_BYTES) fail(tooLarge());
    };
    const keep = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) fail(tooLarge());
      else chunks.push(chunk);
    };
    const finish = (): void => {
      const body = Buffer.concat(chunks);
      stop();
      resolve(body);
    };
    request.on('error', () => {
      fail(new Refused(400, 'the connection broke'));
    });
    request.on('close', () => {
      if (!request.complete) fail(new Refused(400, 'the connection was closed'));
    });
    request.on('data', count);
    if (inflate === undefined) {
      request.on('data', keep);
      request.on('end', finish);
      return;
    }
    inflate.on('data', keep);
    inflate.on('end', finish);
    inflate.on('error', (error) => {
      fail(new Refused(400, `the body cannot be inflated: ${error.message}`));
    });
    request.pipe(inflate);
  });
}

function inflaterFor(encoding: string | undefined): Gunzip | Inflate | undefined {
  switch (encoding?.trim().toLowerCase() ?? '') {
    case '':
    case 'identity':
      return undefined;
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    default:
      throw new Refused(415, 'the content encoding has to be gzip, deflate or none', {
        'accept-encoding': 'gzip, deflate',
      });
  }
}

function tooLarge(): Refused {
  return new Refused(413, `a body may have ${MAX_BODY_BYTES} bytes, inflated as well`);
}
