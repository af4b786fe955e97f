import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Injectable, Module, type OnModuleInit } from '@nestjs/common';
import { metrics } from '@opentelemetry/api';
import type { OtelModuleOptions } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { CollectedLog } from '../../support/collected-log.js';
import { CollectedMetrics } from '../../support/collected-metrics.js';
import { workshop } from './workshop.js';

let log: CollectedLog;
const running: { close(): Promise<unknown> }[] = [];

beforeEach(() => {
  metrics.disable();
  log = new CollectedLog();
});
afterEach(async () => {
  for (const opened of running.splice(0).toReversed()) await opened.close();
});

async function start(
  options: OtelModuleOptions,
  adapter = ADAPTERS[0]?.[1](),
): Promise<RunningApp> {
  const module = workshop({ exporters: 'none', ...options });
  const app = await startApp(module, adapter, { logger: log });
  running.push(app);
  return app;
}

/** Where the log says that the metrics are. */
function endpoint(): string {
  const line = log.lines.find((text) => text.includes('Metrics for Prometheus: '));
  const url = line?.split(': ').at(-1);
  if (url === undefined) throw new Error(`no endpoint: ${log.lines.join('\n')}`);
  return url;
}

interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Reads the text format (https://prometheus.io/docs/instrumenting/exposition_formats/), strictly. */
function parse(text: string): { types: ReadonlyMap<string, string>; samples: readonly Sample[] } {
  const types = new Map<string, string>();
  const samples = text.split('\n').flatMap((line): Sample[] => {
    if (line === '') return [];
    const type = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line);
    if (type?.[1] !== undefined && type[2] !== undefined) types.set(type[1], type[2]);
    if (line.startsWith('#')) return [];
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
    if (sample?.[1] === undefined) throw new Error(`not a sample: ${line}`);
    const labels = [...(sample[2] ?? '').matchAll(/([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/g)];
    const value = sample[3] === '+Inf' ? Number.POSITIVE_INFINITY : Number(sample[3]);
    if (Number.isNaN(value)) throw new Error(`no number: ${line}`);
    return [
      {
        name: sample[1],
        labels: Object.fromEntries(labels.map(([, key = '', label = '']) => [key, label])),
        value,
      },
    ];
  });
  return { types, samples };
}

async function isListening(url: string): Promise<boolean> {
  return call(url).then(
    () => true,
    () => false,
  );
}

/** Takes a port until the test is over. */
async function takenPort(): Promise<number> {
  const server: Server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  running.push({ close: async () => server.close() });
  return (server.address() as AddressInfo).port;
}

describe.each(ADAPTERS)('an endpoint for Prometheus on %s', (_name, createAdapter) => {
  it('serves what was counted', async () => {
    const app = await start({ metrics: { prometheus: { port: 0 } } }, createAdapter());
    await call(`${app.url}/work`);
    await call(`${app.url}/nowhere`);
    const answer = await call(endpoint());
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^text\/plain/);
    const { types, samples } = parse(answer.text);
    expect(types.get('http_server_request_duration')).toBe('histogram');
    expect(types.get('otel_sdk_span_started_total')).toBe('counter');
    expect(types.get('otel_sdk_span_live')).toBe('gauge');
    const counts = samples.filter(({ name }) => name === 'http_server_request_duration_count');
    expect(
      counts.map(({ labels, value }) => [
        labels['http_route'],
        labels['http_response_status_code'],
        value,
      ]),
    ).toEqual([
      ['/work', '200', 1],
      [undefined, '404', 1],
    ]);
    const buckets = samples.filter(
      ({ name, labels }) =>
        name === 'http_server_request_duration_bucket' && labels['http_route'] === '/work',
    );
    expect(buckets.map(({ labels }) => labels['le'])).toEqual([
      '0.005',
      '0.01',
      '0.025',
      '0.05',
      '0.075',
      '0.1',
      '0.25',
      '0.5',
      '0.75',
      '1',
      '2.5',
      '5',
      '7.5',
      '10',
      '+Inf',
    ]);
  });
});

describe('the endpoint', () => {
  it('serves instruments the application makes when its modules start', async () => {
    @Injectable()
    class Sales implements OnModuleInit {
      onModuleInit(): void {
        metrics.getMeter('shop').createCounter('orders').add(3);
      }
    }
    @Module({
      imports: [workshop({ exporters: 'none', metrics: { prometheus: { port: 0 } } })],
      providers: [Sales],
    })
    class ShopModule {}
    running.push(await startApp(ShopModule, undefined, { logger: log }));
    const { samples } = parse((await call(endpoint())).text);
    expect(samples.find(({ name }) => name === 'orders_total')?.value).toBe(3);
  });

  it('tells whose metrics these are', async () => {
    await start({ metrics: { prometheus: { port: 0 } }, service: { name: 'workshop' } });
    const { samples } = parse((await call(endpoint())).text);
    const info = samples.find(({ name }) => name === 'target_info');
    expect(info?.labels).toMatchObject({ service_name: 'workshop' });
  });

  it('has one path, and takes nothing but questions', async () => {
    await start({ metrics: { prometheus: { port: 0, path: '/internal/metrics' } } });
    const url = endpoint();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/internal\/metrics$/);
    expect((await call(`${url}?name=x`)).status).toBe(200);
    expect((await call(url, { method: 'HEAD' })).status).toBe(200);
    expect((await call(new URL('/metrics', url).href)).status).toBe(404);
    expect((await call(url, { method: 'POST', body: 'x' })).status).toBe(405);
  });

  it('is no part of any trace', async () => {
    const telemetry = new InMemoryTelemetry();
    const app = await start({ metrics: { prometheus: { port: 0 } }, processors: [telemetry] });
    await call(endpoint());
    await call(`${app.url}/work`);
    await telemetry.waitForTrace('GET /work');
    expect(telemetry.spans().map(({ name }) => name)).toEqual(['Tools.hammer', 'GET /work']);
  });

  it('is closed with the application, and everything with it', async () => {
    const app = await start({ metrics: { prometheus: { port: 0 } } });
    const url = endpoint();
    expect(await isListening(url)).toBe(true);
    await app.close();
    expect(await isListening(url)).toBe(false);
    expect(metrics.setGlobalMeterProvider(metrics.getMeterProvider())).toBe(true);
    metrics.disable();
  });

  it('is shared by the applications of a process, until the last one goes', async () => {
    const [first, second] = await Promise.all([
      start({ metrics: { prometheus: { port: 0 } } }),
      start({ metrics: { prometheus: { port: 0 } } }),
    ]);
    const url = endpoint();
    await first.close();
    expect(await isListening(url)).toBe(true);
    await second.close();
    expect(await isListening(url)).toBe(false);
  });

  it('says in one line that its port is taken, and the application runs', async () => {
    const port = await takenPort();
    const app = await start({ metrics: { prometheus: { port } } });
    expect((await call(`${app.url}/work`)).status).toBe(200);
    expect(log.troubles).toEqual([
      `warn Metrics are not served to Prometheus: port ${port} of 127.0.0.1 is taken. The ` +
        'application is not affected. Another port is set by metrics.prometheus.port or ' +
        'OTEL_EXPORTER_PROMETHEUS_PORT.',
    ]);
    const collected = new CollectedMetrics();
    expect(metrics.setGlobalMeterProvider(collected.provider)).toBe(true);
    await collected.close();
  });

  it('leaves a MeterProvider of the application in charge', async () => {
    const collected = new CollectedMetrics().register();
    const app = await start({ metrics: { prometheus: { port: 0 } } });
    await call(`${app.url}/work`);
    expect(log.troubles).toEqual([
      'warn metrics.prometheus is left out: this process has a MeterProvider of its own, which ' +
        'nestrace uses. Give that one a PrometheusExporter as a reader.',
    ]);
    expect(await collected.points('http.server.request.duration')).toHaveLength(1);
    await app.close();
    expect(metrics.getMeterProvider()).toBe(collected.provider);
    await collected.close();
  });

  it.each([
    {},
    { metrics: { prometheus: false } },
    { metrics: false },
    { enabled: false, metrics: { prometheus: { port: 0 } } },
  ] as const)('is not there with %o', async (options) => {
    await start(options);
    expect(log.lines.join('\n')).not.toContain('Prometheus');
  });
});
