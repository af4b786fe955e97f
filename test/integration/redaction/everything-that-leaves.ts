import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { untraced } from '../../support/client.js';

/** Where bodies of backends go, as they came. */
export interface Sink {
  readonly url: string;
  /** Everything so far, by the path it was sent to. */
  readonly texts: Map<string, string>;
  close(): Promise<void>;
}

/** A backend that takes everything and keeps its bytes. */
export async function startSink(): Promise<Sink> {
  const texts = new Map<string, string>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
      const path = request.url ?? '';
      texts.set(path, `${texts.get(path) ?? ''}${plain.toString()}`);
      response.writeHead(200, { 'content-type': request.headers['content-type'] }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    texts,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Every answer of the panel, by its path. */
export async function panelAnswers(url: string): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  const read = async (path: string): Promise<string> => {
    const response = await untraced(() => fetch(`${url}/_otel/api/${path}`));
    const text = await response.text();
    answers.set(path, text);
    return text;
  };
  for (const path of ['meta', 'routes', 'export']) await read(path);
  for (const path of ['sql', 'errors']) {
    for (const [, fingerprint] of (await read(path)).matchAll(/"fingerprint":"([^"]+)"/g)) {
      await read(`${path}/${fingerprint}`);
    }
  }
  for (const traceId of idsIn(await read('traces'), 32)) {
    const whole = await read(`traces/${traceId}`);
    for (const part of ['search?q=a', 'sql', 'errors', 'logs', 'propagation', 'otlp']) {
      await read(`traces/${traceId}/${part}`);
    }
    for (const spanId of idsIn(whole, 16)) await read(`traces/${traceId}/spans/${spanId}`);
  }
  return answers;
}

function idsIn(text: string, length: number): ReadonlySet<string> {
  const ids = text.matchAll(new RegExp(`"([\\da-f]{${length}})"`, 'g'));
  return new Set(Array.from(ids, ([, id = '']) => id));
}
