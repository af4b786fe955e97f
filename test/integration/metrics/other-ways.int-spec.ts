import 'reflect-metadata';
import { connect as connectHttp2 } from 'node:http2';
import { context, SpanKind, trace, type Attributes } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OtelModuleOptions } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { CollectedMetrics } from '../../support/collected-metrics.js';
import { waitUntil } from '../../support/wait-until.js';
import { kitchenWith } from '../incoming/kitchen.js';

const NAME = 'http.server.request.duration';
const UNSAMPLED: OtelModuleOptions = { sampling: { strategy: 'never' } };

/** As adapters were before they had hooks. */
class OldExpressAdapter extends ExpressAdapter {}
for (const hook of ['setOnRequestHook', 'setOnResponseHook', 'setOnRouteTriggered'] as const) {
  Object.defineProperty(OldExpressAdapter.prototype, hook, { value: undefined });
}

describe('durations of requests', () => {
  let collected: CollectedMetrics;
  const running: RunningApp[] = [];

  beforeEach(() => {
    collected = new CollectedMetrics().register();
  });
  afterEach(async () => {
    for (const app of running.splice(0)) await app.close();
    await collected.close();
  });

  async function start(
    options: OtelModuleOptions = {},
    adapter?: AbstractHttpAdapter,
  ): Promise<RunningApp> {
    const app = await startApp(kitchenWith(new InMemoryTelemetry(), options), adapter);
    running.push(app);
    return app;
  }

  async function measured(count: number): Promise<readonly Attributes[]> {
    let found: readonly Attributes[] = [];
    await waitUntil(async () => {
      const points = await collected.points(NAME);
      found = points.map(({ attributes }) => attributes);
      return points.reduce((sum, { value }) => sum + value, 0) === count;
    }, `${count} requests are measured`);
    return found;
  }

  it.each([{}, UNSAMPLED])(
    'know the route where an adapter has no hooks, with %o',
    async (options) => {
      const { url } = await start(options, new OldExpressAdapter());
      await call(`${url}/kitchen/dishes/soup`);
      expect(await measured(1)).toMatchObject([
        { 'http.route': '/kitchen/dishes/:dish', 'http.response.status_code': 200 },
      ]);
    },
  );

  it.each([{}, UNSAMPLED])('include those that are injected, with %o', async (options) => {
    const { app } = await start(options, new FastifyAdapter());
    await (app as NestFastifyApplication).inject('/kitchen/menu');
    expect(await measured(1)).toEqual([
      {
        'http.request.method': 'GET',
        'url.scheme': 'http',
        'network.protocol.version': '1.1',
        'http.route': '/kitchen/menu',
        'http.response.status_code': 200,
      },
    ]);
  });

  it.each([{}, UNSAMPLED])(
    'include HTTP/2, and what is cancelled there, with %o',
    async (options) => {
      const { url } = await start(options, new FastifyAdapter({ http2: true } as object));
      const session = connectHttp2(url);
      const menu = session.request({ ':path': '/kitchen/menu' });
      await new Promise((resolve) => menu.on('close', resolve).resume());
      const hanging = session.request({ ':path': '/kitchen/wait' });
      hanging.on('error', () => {});
      setTimeout(() => hanging.close(8), 50);
      const h2 = {
        'http.request.method': 'GET',
        'url.scheme': 'http',
        'network.protocol.version': '2',
      };
      expect(await measured(2)).toEqual([
        { ...h2, 'http.route': '/kitchen/menu', 'http.response.status_code': 200 },
        { ...h2, 'http.route': '/kitchen/wait', 'error.type': 'client_aborted' },
      ]);
      session.close();
    },
  );

  it('of two applications are in one histogram', async () => {
    const [first, second] = [await start(), await start(UNSAMPLED, new FastifyAdapter())];
    await call(`${first.url}/kitchen/menu`);
    await call(`${second.url}/kitchen/menu`);
    expect(await measured(2)).toHaveLength(1);
  });

  describe('beside another SDK', () => {
    const provider = new TracerProvider({ spanProcessors: [] });

    beforeEach(() => {
      trace.setGlobalTracerProvider(provider);
      context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    });
    afterEach(() => {
      trace.disable();
      context.disable();
    });

    it('are measured, and the spans are counted by that SDK', async () => {
      const { url } = await start();
      await call(`${url}/kitchen/menu`);
      expect(await measured(1)).toMatchObject([{ 'http.route': '/kitchen/menu' }]);
      const names = [...(await collected.read()).keys()];
      expect(names).toEqual([NAME]);
    });

    it('are left to an instrumentation that has opened the span', async () => {
      const { app, url } = await start();
      const server = app.getHttpServer() as NodeJS.EventEmitter;
      const { emit } = server;
      server.emit = function (event, ...args) {
        const proceed = (): boolean => emit.call(this, event, ...args);
        if (event !== 'request') return proceed();
        const options = { kind: SpanKind.SERVER };
        return provider.getTracer('http').startActiveSpan('GET', options, proceed);
      };
      expect((await call(`${url}/kitchen/menu`)).status).toBe(200);
      expect(await collected.points(NAME)).toEqual([]);
    });
  });
});
