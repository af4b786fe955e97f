import type { HttpAdapterHost } from '@nestjs/core';
import { createServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { PanelUrl } from '../../../../../libs/nestrace/src/sinks/panel/serving/panel-url.js';

const hostOf = (server: unknown): HttpAdapterHost =>
  ({ httpAdapter: { getHttpServer: () => server } }) as unknown as HttpAdapterHost;
const urlAt = (address: unknown, more = {}, token?: string): PanelUrl =>
  new PanelUrl(hostOf({ address: () => address, ...more }), () => '/_otel', token);

describe('the URL of the panel', () => {
  it.each([
    ['127.0.0.1', 'http://localhost:3000/_otel'],
    ['::', 'http://localhost:3000/_otel'],
    ['0.0.0.0', 'http://localhost:3000/_otel'],
    ['192.168.1.5', 'http://192.168.1.5:3000/_otel'],
    ['fd00::1', 'http://[fd00::1]:3000/_otel'],
  ])('of a server at %s is %s', (address, url) => {
    expect(urlAt({ address, port: 3000 }).get()).toBe(url);
  });

  it('knows TLS, and has the token only for the log', () => {
    const url = urlAt({ address: '::', port: 1 }, { setSecureContext: () => {} }, 'secret');
    expect(url.get()).toBe('https://localhost:1/_otel');
    expect(url.withToken()).toBe('https://localhost:1/_otel#token=secret');
  });

  it('is unknown before the server listens, at local sockets, and without a server', () => {
    for (const address of [null, '/tmp/socket', undefined]) {
      expect(urlAt(address).get()).toBeUndefined();
      expect(urlAt(address, {}, 'secret').withToken()).toBeUndefined();
    }
    const without = [undefined, null, {}, { getHttpServer: () => undefined }];
    for (const httpAdapter of without) {
      const url = new PanelUrl({ httpAdapter } as unknown as HttpAdapterHost, () => '/', undefined);
      expect(url.get()).toBeUndefined();
      expect(() => url.whenListening(() => {})()).not.toThrow();
    }
  });

  it('is told when the server listens, unless that is called off', async () => {
    const listen = (server: Server): Promise<void> =>
      new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    let told = 0;
    const server = createServer();
    const url = new PanelUrl(hostOf(server), () => '/_otel', undefined);
    url.whenListening(() => (told += 1));
    url.whenListening(() => (told += 10))();
    await listen(server);
    expect(told).toBe(1);
    url.whenListening(() => (told += 1));
    expect(told).toBe(2);
    server.close();
  });
});
