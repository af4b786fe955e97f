import { request, type IncomingMessage } from 'node:http';
import type { ResolvedIngestOptions } from '../../../config/panel-ingest.options.js';
import { suppressed } from '../../../pipeline/exporters/suppressed.js';
import { HUB_HEADER, HUB_PATH } from './hub-info.js';

/** On the same machine; one that is busy for longer is asked again. */
const TIMEOUT_MS = 1000;

const MAX_ANSWER_BYTES = 16 * 1024;

/** Who has the port. */
export type Found =
  | { readonly kind: 'hub'; readonly service: string; readonly panelUrl?: string }
  /** A hub that does not know our token. */
  | { readonly kind: 'locked' }
  /** Somebody else: a collector, most likely. */
  | { readonly kind: 'foreign' }
  /** Somebody who does not answer, or not in time. */
  | { readonly kind: 'silent' }
  | { readonly kind: 'nobody' };

/** Where to reach what listens on this address: `0.0.0.0` is not an address to go to. */
export function ingestUrl({ host, port }: Pick<ResolvedIngestOptions, 'host' | 'port'>): string {
  const target = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${target.includes(':') ? `[${target}]` : target}:${port}`;
}

/** Asks who listens there. Never rejects, and leaves no trace. */
export function findHub(
  url: string,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Found> {
  return suppressed(
    () =>
      new Promise((resolve) => {
        const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
        const outgoing = request(`${url}${HUB_PATH}`, { agent: false, headers, signal });
        const finish = (found: Found): void => {
          clearTimeout(timer);
          resolve(found);
          outgoing.destroy();
        };
        const timer = setTimeout(finish, TIMEOUT_MS, { kind: 'silent' }).unref();
        outgoing.on('error', (error: NodeJS.ErrnoException) => {
          finish({ kind: isNobody(error) ? 'nobody' : 'foreign' });
        });
        outgoing.on('response', (response) => {
          readAnswer(response, finish);
        });
        outgoing.on('socket', (socket) => socket.unref());
        outgoing.end();
      }),
  );
}

/** What listens and does not speak HTTP fails in another way. */
function isNobody({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ECONNREFUSED' || code === 'ABORT_ERR';
}

function readAnswer(response: IncomingMessage, finish: (found: Found) => void): void {
  if (response.headers[HUB_HEADER] === undefined) {
    finish({ kind: 'foreign' });
    return;
  }
  if (response.statusCode === 401) {
    finish({ kind: 'locked' });
    return;
  }
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    if (text.length > MAX_ANSWER_BYTES) finish({ kind: 'foreign' });
  });
  response.on('end', () => {
    // One that has too much to do says so, without telling who it is.
    finish(response.statusCode === 200 ? readInfo(text) : { kind: 'silent' });
  });
  response.on('error', () => {
    finish({ kind: 'silent' });
  });
}

function readInfo(text: string): Found {
  try {
    const { service, panelUrl } = JSON.parse(text) as Record<string, unknown>;
    return {
      kind: 'hub',
      service: String(service),
      ...(isHttpUrl(panelUrl) && { panelUrl }),
    };
  } catch {
    return { kind: 'foreign' };
  }
}

/** It becomes a link. */
function isHttpUrl(url: unknown): url is string {
  return typeof url === 'string' && /^https?:\/\//.test(url) && URL.canParse(url);
}
