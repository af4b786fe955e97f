import 'reflect-metadata';
import { connect } from 'node:net';
import { metrics, trace, type Attributes, type Context, type Histogram } from '@opentelemetry/api';
import type { OtelModuleOptions } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp, type StartOptions } from '../../support/apps.js';
import { call, type CallOptions } from '../../support/client.js';
import { CollectedMetrics, histogramsOf } from '../../support/collected-metrics.js';
import { waitUntil } from '../../support/wait-until.js';
import { kitchenWith } from '../incoming/kitchen.js';

const NAME = 'http.server.request.duration';

const GET = {
  'http.request.method': 'GET',
  'url.scheme': 'http',
  'network.protocol.version': '1.1',
};

describe.each(ADAPTERS)('durations of requests on %s', (_name, createAdapter) => {
  let collected: CollectedMetrics;
  let telemetry: InMemoryTelemetry;
  let app: RunningApp | undefined;

  beforeEach(() => {
    collected = new CollectedMetrics();
    telemetry = new InMemoryTelemetry();
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    await collected.close();
  });

  async function start(options: OtelModuleOptions = {}, rest?: StartOptions): Promise<RunningApp> {
    app = await startApp(kitchenWith(telemetry, options), createAdapter(), rest);
    return app;
  }

  /** The attributes of all requests that were measured, most often of one. */
  async function measured(count = 1): Promise<readonly Attributes[]> {
    let found: readonly Attributes[] = [];
    await waitUntil(async () => {
      const points = await collected.points(NAME);
      found = points.map(({ attributes }) => attributes);
      return points.reduce((sum, { value }) => sum + value, 0) === count;
    }, `${count} requests are measured`);
    return found;
  }

  async function measureOf(path: string, options?: CallOptions): Promise<readonly Attributes[]> {
    const { url } = app ?? (await start());
    await call(`${url}${path}`, options);
    return measured();
  }

  it('have the name, unit and buckets of the convention', async () => {
    collected.register();
    await measureOf('/kitchen/dishes/soup');
    const data = (await collected.read()).get(NAME);
    expect(data?.descriptor).toMatchObject({ name: NAME, unit: 's', type: 'HISTOGRAM' });
    const [point] = histogramsOf(data);
    expect(point?.value.buckets.boundaries).toEqual([
      0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10,
    ]);
    expect(point?.attributes).toEqual({
      ...GET,
      'http.route': '/kitchen/dishes/:dish',
      'http.response.status_code': 200,
    });
  });

  it('are those of the span', async () => {
    collected.register();
    await measureOf('/kitchen/dishes/soup');
    const span = await telemetry.waitForSpan('GET /kitchen/dishes/:dish');
    const [point] = histogramsOf((await collected.read()).get(NAME));
    expect(point?.value.sum).toBeCloseTo(span.durationMs / 1000, 6);
  });

  const ALL: [string, string, Attributes, CallOptions?][] = [
    [
      'a 4xx',
      '/kitchen/missing',
      { 'http.route': '/kitchen/missing', 'http.response.status_code': 404 },
    ],
    [
      'a 5xx by its status, not by its exception',
      '/kitchen/smoke',
      { 'http.route': '/kitchen/smoke', 'http.response.status_code': 500, 'error.type': '500' },
    ],
    [
      'what a guard denies',
      '/kitchen/closed',
      { 'http.route': '/kitchen/closed', 'http.response.status_code': 403 },
    ],
    ['no route', '/nowhere/at/all?x=1', { 'http.response.status_code': 404 }],
    [
      'HEAD',
      '/kitchen/menu',
      {
        'http.request.method': 'HEAD',
        'http.route': '/kitchen/menu',
        'http.response.status_code': 200,
      },
      { method: 'HEAD' },
    ],
    [
      'a stream until its end',
      '/kitchen/film',
      { 'http.route': '/kitchen/film', 'http.response.status_code': 200 },
    ],
    [
      'server-sent events until their end',
      '/kitchen/news',
      { 'http.route': '/kitchen/news', 'http.response.status_code': 200 },
    ],
    [
      'a filter of the application',
      '/kitchen/burnt',
      { 'http.route': '/kitchen/burnt', 'http.response.status_code': 418 },
    ],
  ];

  describe.each([
    ['sampled', 'always'],
    ['not sampled', 'never'],
  ] as const)('of requests that are %s', (_sampled, strategy) => {
    it.each(ALL)('tell %s', async (_what, path, attributes, options) => {
      collected.register();
      await start({ sampling: { strategy } });
      expect(await measureOf(path, options)).toEqual([{ ...GET, ...attributes }]);
    });

    it('tell an unknown method as _OTHER', async () => {
      collected.register();
      await start({ sampling: { strategy } });
      await measureOf('/kitchen/menu', { method: 'PURGE' });
      const [attributes] = await measured();
      expect(attributes).toMatchObject({ 'http.request.method': '_OTHER' });
      expect(attributes).not.toHaveProperty('http.request.method_original');
    });

    it('tell that the client has left, and no status that was not sent', async () => {
      collected.register();
      const { url } = await start({ sampling: { strategy } });
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.write('GET /kitchen/wait HTTP/1.1\r\nhost: x\r\n\r\n');
      setTimeout(() => socket.destroy(), 50);
      expect(await measured()).toEqual([
        { ...GET, 'http.route': '/kitchen/wait', 'error.type': 'client_aborted' },
      ]);
    });

    it('tell that the application has torn its response', async () => {
      collected.register();
      const { url } = await start({ sampling: { strategy } });
      await call(`${url}/kitchen/torn`).catch(() => undefined);
      const [attributes] = await measured();
      expect(attributes).toMatchObject({
        'http.route': '/kitchen/torn',
        'error.type': 'response_aborted',
      });
    });
  });

  it('are recorded in the context of the request', async () => {
    collected.register();
    const contexts: (Context | undefined)[] = [];
    const histogram: Pick<Histogram, 'record'> = {
      record: (_value, _attributes, active) => contexts.push(active),
    };
    const meter = collected.provider.getMeter('watched');
    meter.createHistogram = () => histogram;
    collected.provider.getMeter = () => meter;
    const { url } = await start();
    await call(`${url}/kitchen/menu`);
    const span = await telemetry.waitForSpan('GET /kitchen/menu');
    expect(contexts.map((active) => active && trace.getSpanContext(active)?.spanId)).toEqual([
      span.spanId,
    ]);
  });

  it('leave out what sampling.ignore leaves out, probes among it', async () => {
    collected.register();
    const { url } = await start({ sampling: { ignore: ['/kitchen/any'] } });
    await call(`${url}/health`);
    await call(`${url}/kitchen/any`);
    await call(`${url}/kitchen/menu`);
    expect(await measured()).toEqual([
      { ...GET, 'http.route': '/kitchen/menu', 'http.response.status_code': 200 },
    ]);
  });

  it('leave out the panel', async () => {
    collected.register();
    const { url } = await start({ panel: true });
    expect((await call(`${url}/_otel`)).status).toBe(200);
    await call(`${url}/kitchen/menu`);
    expect(await measured()).toHaveLength(1);
  });

  it('find a MeterProvider that is set while the application runs', async () => {
    const { url } = await start();
    await call(`${url}/kitchen/menu`);
    collected.register();
    await call(`${url}/kitchen/dishes/soup`);
    expect(await measured()).toEqual([
      { ...GET, 'http.route': '/kitchen/dishes/:dish', 'http.response.status_code': 200 },
    ]);
  });

  it('go to the next MeterProvider when it is another one', async () => {
    const first = new CollectedMetrics().register();
    const { url } = await start();
    await call(`${url}/kitchen/menu`);
    await first.close();
    await call(`${url}/kitchen/menu`);
    collected.register();
    await call(`${url}/kitchen/menu`);
    expect(await measured()).toHaveLength(1);
  });

  it.each([{ metrics: false }, { metrics: { durations: false } }, { enabled: false }] as const)(
    'are not made with %o',
    async (options) => {
      collected.register();
      const { url } = await start(options);
      await call(`${url}/kitchen/menu`);
      await app?.close();
      app = undefined;
      expect((await collected.read()).has(NAME)).toBe(false);
    },
  );

  it('do no harm when the MeterProvider throws', async () => {
    metrics.disable();
    metrics.setGlobalMeterProvider({
      getMeter: () => {
        throw new Error('no meters today');
      },
    });
    const { url } = await start();
    expect((await call(`${url}/kitchen/menu`)).status).toBe(200);
    await telemetry.waitForSpan('GET /kitchen/menu');
  });
});
