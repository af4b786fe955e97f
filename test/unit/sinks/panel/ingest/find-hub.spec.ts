import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createNetServer, type Server as NetServer } from 'node:net';
import { syncBuiltinESMExports } from 'node:module';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  findHub,
  ingestUrl,
  type Found,
} from '../../../../../libs/nestrace/src/sinks/panel/ingest/find-hub.js';
import { freePort } from '../../../../support/demo.js';

let port = 0;
let server: Server | NetServer | undefined;

beforeEach(async () => {
  port = await freePort();
});
afterEach(() => {
  server?.close();
  server = undefined;
});

const listen = (created: Server | NetServer): Promise<void> => {
  server = created;
  return new Promise((resolve) => created.listen(port, '127.0.0.1', resolve));
};
const answering = (listener: RequestListener): Promise<void> => listen(createServer(listener));
const find = (token?: string, signal = new AbortController().signal): Promise<Found> =>
  findHub(ingestUrl({ host: '127.0.0.1', port }), token, signal);

const HUB = { 'x-nestrace-hub': '1.0.0' };

describe('findHub', () => {
  it('finds a hub, its service and its panel', async () => {
    await answering((request, response) => {
      const panelUrl = 'http://localhost:3000/_otel';
      const service = `${request.url} ${request.headers.authorization}`;
      response.writeHead(200, HUB).end(JSON.stringify({ service, panelUrl }));
    });
    expect(await find('sesame')).toEqual({
      kind: 'hub',
      service: '/.nestrace/hub Bearer sesame',
      panelUrl: 'http://localhost:3000/_otel',
    });
  });

  it('takes no link from it that is none', async () => {
    await answering((_, response) => {
      response.writeHead(200, HUB).end('{"service":"a","panelUrl":"javascript:alert(1)"}');
    });
    expect(await find()).toEqual({ kind: 'hub', service: 'a' });
  });

  it.each<[Found['kind'], string, RequestListener]>([
    ['locked', 'wants a token', (_, response) => response.writeHead(401, HUB).end()],
    ['silent', 'has too much to do', (_, response) => response.writeHead(503, HUB).end()],
    ['foreign', 'is another server', (_, response) => response.writeHead(200).end('{"service":1}')],
    ['foreign', 'makes no sense', (_, response) => response.writeHead(200, HUB).end('<html>')],
    [
      'foreign',
      'talks without end',
      (_, response) => response.writeHead(200, HUB).end('x'.repeat(100_000)),
    ],
    ['foreign', 'hangs up', (request) => request.socket.destroy()],
  ])('says %s of one that %s', async (kind, _, listener) => {
    await answering(listener);
    expect(await find()).toMatchObject({ kind });
  });

  it('knows a server of another protocol for a stranger', async () => {
    await listen(createNetServer((socket) => void socket.end('SSH-2.0-OpenSSH\r\n')));
    expect(await find()).toEqual({ kind: 'foreign' });
  });

  it('finds nobody where nobody listens, and nobody once it is told to stop', async () => {
    expect(await find()).toEqual({ kind: 'nobody' });
    await answering(() => {});
    const stopping = new AbortController();
    const found = find(undefined, stopping.signal);
    stopping.abort();
    expect(await found).toEqual({ kind: 'nobody' });
  });

  it('asks under suppressed tracing', async () => {
    const http = process.getBuiltinModule('node:http');
    const { request } = http;
    const seen: boolean[] = [];
    http.request = ((...args: Parameters<typeof request>) => {
      seen.push(isTracingSuppressed(context.active()));
      return request(...args);
    }) as typeof request;
    syncBuiltinESMExports();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    try {
      await find();
    } finally {
      context.disable();
      http.request = request;
      syncBuiltinESMExports();
    }
    expect(seen).toEqual([true]);
  });
});

describe('ingestUrl', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:4318'],
    ['0.0.0.0', 'http://127.0.0.1:4318'],
    ['::', 'http://[::1]:4318'],
    ['localhost', 'http://localhost:4318'],
  ])('for %s is %s', (host, url) => {
    expect(ingestUrl({ host, port: 4318 })).toBe(url);
  });
});
