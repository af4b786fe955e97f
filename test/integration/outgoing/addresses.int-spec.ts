import { once } from 'node:events';
import http, { type ClientRequest, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { Module } from '@nestjs/common';
import axios from 'axios';
import { OtelModule, type OtelModuleOptions } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { startEchoServer, type EchoServer } from '../../support/echo-server.js';
import { waitUntil } from '../../support/wait-until.js';

const telemetry = new InMemoryTelemetry();

async function bodyOf(request: ClientRequest): Promise<string> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return readText(response);
}

describe('an outgoing call says where it goes', () => {
  let echo: EchoServer;
  let running: RunningApp;

  beforeAll(async () => {
    echo = await startEchoServer();
  });
  afterEach(async () => {
    await running.close();
    telemetry.clear();
    echo.received.length = 0;
  });
  afterAll(() => echo.close());

  const start = async (options: OtelModuleOptions = {}) => {
    @Module({
      imports: [
        OtelModule.forRoot({
          exporters: 'none',
          autoTrace: false,
          processors: [telemetry],
          ...options,
        }),
      ],
    })
    class AppModule {}
    running = await startApp(AppModule);
  };
  const addressOf = async (answer: Promise<unknown>) => {
    await answer;
    await waitUntil(() => telemetry.spans().length > 0, 'the call has ended');
    const attributes = telemetry.spans()[0]?.attributes;
    return [attributes?.['server.address'], attributes?.['server.port'], attributes?.['url.full']];
  };

  const viaProxy: Record<string, () => Promise<unknown>> = {
    axios: () =>
      axios.get('http://ann:s3cret@api.example.test/v1/x?a=b', {
        proxy: { host: '127.0.0.1', port: echo.port },
      }),
    'http.get': () =>
      bodyOf(
        http.get({
          host: '127.0.0.1',
          port: echo.port,
          path: 'http://ann:s3cret@api.example.test/v1/x?a=b',
        }),
      ),
    'http.get, with headers that leave early': () =>
      bodyOf(
        http.get({
          host: '127.0.0.1',
          port: echo.port,
          path: 'http://ann:s3cret@api.example.test/v1/x?a=b',
          headers: ['host', 'api.example.test'],
        }),
      ),
  };

  it.each(Object.keys(viaProxy))('through a forward proxy: %s', async (way) => {
    await start({ outgoing: { propagateTo: ['api.example.test'] } });
    expect(await addressOf(viaProxy[way]?.() ?? Promise.resolve())).toEqual([
      'api.example.test',
      80,
      'http://api.example.test/v1/x?a=b',
    ]);
    expect(JSON.stringify(telemetry.spans())).not.toContain('s3cret');
    expect(echo.received[0]?.headers).toHaveProperty('traceparent');
  });

  it('and does not tell a host behind the proxy what only the proxy may know', async () => {
    await start({ outgoing: { propagateTo: ['127.0.0.1'] } });
    await viaProxy['axios']?.();
    expect(echo.received[0]?.headers).not.toHaveProperty('traceparent');
  });

  it.each<[string, (url: string) => ClientRequest]>([
    ['a URL', (url) => http.get(url, { headers: { host: 'example.test' } })],
    [
      'options',
      (url) => {
        const { hostname: host, port } = new URL(url);
        return http.get({ host, port, path: '/echo', headers: { Host: 'example.test' } });
      },
    ],
    ['a list of headers', (url) => http.get(url, { headers: ['host', 'example.test'] })],
  ])('whatever it says itself: %s', async (_what, get) => {
    await start();
    expect(await addressOf(bodyOf(get(`http://127.0.0.1:${echo.port}/echo`)))).toEqual([
      '127.0.0.1',
      echo.port,
      `http://127.0.0.1:${echo.port}/echo`,
    ]);
  });

  it('and names no port where there is none', async () => {
    await start();
    const socketPath = join(tmpdir(), `nestrace-${process.pid}-${Date.now()}.sock`);
    const server = http.createServer((_request, response) => response.end('local'));
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    const answer = bodyOf(http.get({ socketPath, path: '/echo' }));
    expect(await addressOf(answer)).toEqual(['localhost', undefined, 'http://localhost/echo']);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
