import { createServer, request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { Module } from '@nestjs/common';
import { AbstractHttpAdapter, NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { OtelModule } from 'nestrace';
import { expectTrace, InMemoryTelemetry, type SpanExpectation } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp } from '../../support/apps.js';
import { selfSignedCertificate } from '../../support/certificates.js';
import { call, untraced } from '../../support/client.js';
import { Cook, Kitchen, kitchenWith } from './kitchen.js';

const DISH: SpanExpectation = {
  name: 'GET /kitchen/dishes/:dish',
  kind: 'SERVER',
  attributes: {
    'http.route': '/kitchen/dishes/:dish',
    'http.response.status_code': 200,
    'nest.controller': 'Kitchen',
    'nest.handler': 'dish',
  },
  children: [{ name: 'Cook.cook' }],
};

const PARENT = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };

/** As adapters were before they had hooks. */
class OldExpressAdapter extends ExpressAdapter {}
for (const hook of ['setOnRequestHook', 'setOnResponseHook', 'setOnRouteTriggered'] as const) {
  Object.defineProperty(OldExpressAdapter.prototype, hook, { value: undefined });
}
Object.defineProperty(OldExpressAdapter.prototype, 'getOnRouteTriggered', { value: undefined });

/** Takes hooks and forgets them, as the base class does. */
class ForgetfulExpressAdapter extends ExpressAdapter {}
Object.defineProperty(ForgetfulExpressAdapter.prototype, 'setOnRequestHook', {
  value: (AbstractHttpAdapter.prototype as { setOnRequestHook?: unknown }).setOnRequestHook,
});

/** Does the same in a way nobody can tell beforehand. */
class DeafExpressAdapter extends ExpressAdapter {}
Object.defineProperty(DeafExpressAdapter.prototype, 'setOnRequestHook', { value: () => {} });

describe('an adapter without hooks', () => {
  const telemetry = new InMemoryTelemetry();
  afterEach(() => {
    telemetry.clear();
  });

  it('is watched at its server', async () => {
    const running = await startApp(kitchenWith(telemetry), new OldExpressAdapter());
    await call(`${running.url}/kitchen/dishes/soup`, { headers: PARENT });
    const spans = await telemetry.waitForTrace();
    expectTrace(spans, DISH);
    expect(spans[0]?.traceId).toBe('a'.repeat(32));

    telemetry.clear();
    expect((await call(`${running.url}/nowhere`)).status).toBe(404);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET',
      attributes: { 'http.response.status_code': 404, 'http.route': undefined },
    });
    await running.close();
    expect(telemetry.spans()).toHaveLength(1);
  });

  it('gets its span from the interceptor when its server is somebody else’s', async () => {
    const app = await NestFactory.create(kitchenWith(telemetry), new OldExpressAdapter(), {
      logger: false,
    });
    await app.init();
    const handler = app.getHttpAdapter().getInstance() as (req: unknown, res: unknown) => void;
    const server = createServer((req, res) => handler(req, res));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };

    await call(`http://127.0.0.1:${port}/kitchen/dishes/soup`, { headers: PARENT });
    const spans = await telemetry.waitForTrace();
    expectTrace(spans, DISH);
    expect(spans[0]?.traceId).toBe('a'.repeat(32));

    telemetry.clear();
    await call(`http://127.0.0.1:${port}/kitchen/smoke`);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/smoke',
      status: 'ERROR',
      exceptions: ['RangeError'],
    });
    server.close();
    await app.close();
  });

  it('is watched at its server when it forgets hooks', async () => {
    const running = await startApp(kitchenWith(telemetry), new ForgetfulExpressAdapter());
    await call(`${running.url}/nowhere`);
    expectTrace(await telemetry.waitForTrace(), { name: 'GET' });
    await running.close();
  });

  it('gets its span from the interceptor when it never calls hooks', async () => {
    const running = await startApp(kitchenWith(telemetry), new DeafExpressAdapter());
    await call(`${running.url}/kitchen/dishes/soup`);
    expectTrace(await telemetry.waitForTrace(), DISH);
    await running.close();
  });
});

describe('a server Nest did not make', () => {
  it('is traced through the middleware of the adapter', async () => {
    const telemetry = new InMemoryTelemetry();
    const app = await NestFactory.create(kitchenWith(telemetry), { logger: false });
    await app.init();
    const handler = app.getHttpAdapter().getInstance() as (req: unknown, res: unknown) => void;
    const server = createServer((req, res) => handler(req, res));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    await call(`http://127.0.0.1:${port}/kitchen/dishes/soup`);
    expectTrace(await telemetry.waitForTrace(), DISH);
    server.close();
    await app.close();
  });
});

describe('Fastify without a network', () => {
  it('traces injected requests', async () => {
    const telemetry = new InMemoryTelemetry();
    const { app, close } = await startApp(kitchenWith(telemetry), new FastifyAdapter());
    const { inject } = app as NestFastifyApplication;
    const answer = await inject.call(app, { url: '/kitchen/dishes/soup', headers: PARENT });
    expect(answer.statusCode).toBe(200);
    const spans = await telemetry.waitForTrace();
    expectTrace(spans, { ...DISH, status: 'UNSET' });
    expect(spans[0]?.attributes).not.toHaveProperty('error.type');
    await close();
  });
});

describe('other protocols', () => {
  it('traces HTTPS', async () => {
    const telemetry = new InMemoryTelemetry();
    const { cert, key } = selfSignedCertificate();
    const running = await startApp(kitchenWith(telemetry), new ExpressAdapter(), {
      httpsOptions: { cert, key },
    });
    const status = await untraced(
      () =>
        new Promise((resolve, reject) => {
          const url = `${running.url}/kitchen/menu`;
          httpsRequest(url, { rejectUnauthorized: false, agent: false }, (response) => {
            response.resume().on('end', () => resolve(response.statusCode));
          })
            .on('error', reject)
            .end();
        }),
    );
    expect(status).toBe(200);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/menu',
      attributes: { 'url.scheme': 'https' },
    });
    await running.close();
  });

  it('traces HTTP/2, several requests on one connection', async () => {
    const telemetry = new InMemoryTelemetry();
    const adapter = new FastifyAdapter({ http2: true } as object);
    const running = await startApp(kitchenWith(telemetry), adapter);
    const session = connectHttp2(running.url);
    const get = (path: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ':path': path });
        stream.on('response', (headers) => resolve(Number(headers[':status'])));
        stream.on('error', reject);
        stream.resume();
      });
    expect(await Promise.all([get('/kitchen/menu'), get('/kitchen/missing')])).toEqual([200, 404]);
    const menu = await telemetry.waitForTrace('GET /kitchen/menu');
    expectTrace(menu, {
      name: 'GET /kitchen/menu',
      attributes: {
        'network.protocol.version': '2',
        'server.address': '127.0.0.1',
        'server.port': Number(new URL(running.url).port),
        'http.response.status_code': 200,
        'error.type': undefined,
      },
    });
    await telemetry.waitForTrace('GET /kitchen/missing');

    const hanging = session.request({ ':path': '/kitchen/wait' });
    hanging.on('error', () => {});
    setTimeout(() => hanging.close(8), 50);
    expectTrace(await telemetry.waitForTrace('GET /kitchen/wait'), {
      name: 'GET /kitchen/wait',
      status: 'UNSET',
      attributes: { 'error.type': 'client_aborted' },
    });
    session.destroy();
    await running.close();
  });

  it('lets an upgrade pass without a span', async () => {
    const telemetry = new InMemoryTelemetry();
    const running = await startApp(kitchenWith(telemetry));
    running.app
      .getHttpServer()
      .on('upgrade', (_request: unknown, socket: NodeJS.WritableStream) => {
        socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n');
      });
    await untraced(
      () =>
        new Promise<void>((resolve, reject) => {
          const outgoing = request(running.url, {
            headers: { connection: 'Upgrade', upgrade: 'x' },
          });
          outgoing.on('upgrade', (_response, socket) => {
            socket.destroy();
            resolve();
          });
          outgoing.on('error', reject);
          outgoing.end();
        }),
    );
    await running.close();
    expect(telemetry.spans()).toEqual([]);
    expect(telemetry.openSpans()).toEqual([]);
  });
});

describe('OtelModule imported twice in one application', () => {
  it('still makes one SERVER span of a request', async () => {
    const telemetry = new InMemoryTelemetry();
    const options = { exporters: 'none', processors: [telemetry] } as const;
    @Module({ imports: [OtelModule.forRoot({ autoTrace: false, ...options })] })
    class FeatureModule {}
    @Module({
      imports: [
        FeatureModule,
        OtelModule.forRoot({ autoTrace: false, ...options, service: { name: 'again' } }),
      ],
      controllers: [Kitchen],
      providers: [Cook],
    })
    class DoubleModule {}
    const running = await startApp(DoubleModule);
    await call(`${running.url}/kitchen/dishes/soup`);
    expectTrace(await telemetry.waitForTrace(), DISH);
    await running.close();
    expect(telemetry.spans()).toHaveLength(2);
  });
});
