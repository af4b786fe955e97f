import { Agent, request } from 'node:http';
import type { Shape } from './shapes.js';

/** What does not differ from one answer to the next. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const agent = new Agent({ keepAlive: true });

/** Of one second or of one connection, and the one header nestrace adds, as its options say. */
const FLEETING: ReadonlySet<string> = new Set(['date', 'connection', 'keep-alive', 'x-request-id']);

/** No answer is worth waiting longer for. */
const PATIENCE_MS = 60_000;

/** A server that closes waits for connections that are kept. */
export function ask(
  url: string,
  { method, path, body }: Shape,
  keepsConnection = true,
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url + path, {
      method,
      agent: keepsConnection ? agent : false,
      timeout: PATIENCE_MS,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      }),
    });
    outgoing.on('error', reject);
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')));
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers)
              .filter(([name]) => !FLEETING.has(name))
              .map(([name, value]) => [name, String(value)]),
          ),
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    outgoing.end(body);
  });
}
