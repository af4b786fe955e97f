import { createNoopMeter, type Attributes } from '@opentelemetry/api';
import type { ExporterInput, OtelModuleOptions } from 'nestrace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { CollectedMetrics, histogramsOf } from '../../support/collected-metrics.js';
import { startOtlpGrpcReceiver } from '../../support/receivers/otlp-grpc.receiver.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { Receiver } from '../../support/receivers/receiver.js';
import { startZipkinReceiver } from '../../support/receivers/zipkin.receiver.js';
import { waitUntil } from '../../support/wait-until.js';
import { deliveryOf, flush, letGo, SPANS_OF_WORK, workshop } from './workshop.js';

/** Nothing is sent before it is asked for. */
const LATER = { scheduledDelayMs: 3_600_000 };
const NO_SECOND_TRY = { retry: { maxAttempts: 1 }, keepMs: 0, breaker: false };

const REMOTE = { traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };

let collected: CollectedMetrics;
const running: { close(): Promise<unknown> }[] = [];

beforeEach(() => {
  collected = new CollectedMetrics();
});
afterEach(async () => {
  for (const opened of running.splice(0).toReversed()) await opened.close();
  await collected.close();
});

async function start(
  options: OtelModuleOptions,
  adapter = ADAPTERS[0]?.[1](),
): Promise<RunningApp> {
  const app = await startApp(workshop({ exporters: 'none', ...options }), adapter);
  running.push(app);
  return app;
}

async function receiving<R extends { close(): Promise<void> }>(receiver: Promise<R>): Promise<R> {
  running.push(await receiver);
  return receiver;
}

/** The points of one metric, without the names of components: those count on in a process. */
async function pointsOf(name: string): Promise<readonly [Attributes, number][]> {
  const points = await collected.points(name);
  return points.map(({ attributes, value }) => {
    const { 'otel.component.name': component, ...rest } = attributes;
    if (component !== undefined) {
      expect(component).toMatch(new RegExp(`^${String(rest['otel.component.type'])}/\\d+$`));
    }
    return [rest, value];
  });
}

describe.each(ADAPTERS)('what nestrace tells of itself on %s', (_name, createAdapter) => {
  it('has the names, kinds and units of the conventions', async () => {
    collected.register();
    const receiver = await receiving(startOtlpHttpReceiver());
    const exporters: ExporterInput = {
      type: 'otlp',
      protocol: 'http/protobuf',
      endpoint: receiver.url,
    };
    const app = await start({ exporters, batch: LATER }, createAdapter());
    await call(`${app.url}/work`);
    await flush(app);
    const all = await collected.read();
    const kinds = [...all.values()]
      .filter(({ descriptor }) => descriptor.name.startsWith('otel.'))
      .map(({ descriptor }) => {
        const { name, type, unit } = descriptor as typeof descriptor & { readonly type: string };
        return `${name} ${type} ${unit}`;
      });
    expect(kinds.toSorted()).toEqual([
      'otel.sdk.exporter.operation.duration HISTOGRAM s',
      'otel.sdk.exporter.span.exported OBSERVABLE_COUNTER {span}',
      'otel.sdk.exporter.span.inflight OBSERVABLE_UP_DOWN_COUNTER {span}',
      'otel.sdk.processor.span.processed OBSERVABLE_COUNTER {span}',
      'otel.sdk.processor.span.queue.capacity OBSERVABLE_UP_DOWN_COUNTER {span}',
      'otel.sdk.processor.span.queue.size OBSERVABLE_UP_DOWN_COUNTER {span}',
      'otel.sdk.span.live OBSERVABLE_UP_DOWN_COUNTER {span}',
      'otel.sdk.span.started OBSERVABLE_COUNTER {span}',
    ]);
  });

  it('counts spans by their parents and by what the sampler has said', async () => {
    collected.register();
    const app = await start({}, createAdapter());
    const before = await pointsOf('otel.sdk.span.started');
    await call(`${app.url}/work`);
    await call(`${app.url}/work`, { headers: REMOTE });
    await call(`${app.url}/work`, {
      headers: { traceparent: REMOTE.traceparent.replace(/01$/, '00') },
    });
    const counts = new Map(
      (await pointsOf('otel.sdk.span.started')).map(([attributes, value]) => {
        const parent = String(attributes['otel.span.parent.origin']);
        return [`${parent} ${String(attributes['otel.span.sampling_result'])}`, value];
      }),
    );
    for (const [attributes, value] of before) {
      const key = `${String(attributes['otel.span.parent.origin'])} ${String(attributes['otel.span.sampling_result'])}`;
      counts.set(key, (counts.get(key) ?? 0) - value);
    }
    expect(Object.fromEntries([...counts].filter(([, value]) => value > 0))).toEqual({
      'none RECORD_AND_SAMPLE': 1,
      'remote RECORD_AND_SAMPLE': 1,
      'local RECORD_AND_SAMPLE': 2,
      'remote DROP': 1,
    });
  });

  it('counts what is open', async () => {
    collected.register();
    const app = await start({}, createAdapter());
    const live = async (): Promise<number> => {
      const points = await pointsOf('otel.sdk.span.live');
      return points.reduce((sum, [, value]) => sum + value, 0);
    };
    expect(await live()).toBe(0);
    const answer = call(`${app.url}/wait`);
    await waitUntil(async () => (await live()) === 1, 'the request is open');
    expect(await pointsOf('otel.sdk.span.live')).toContainEqual([
      { 'otel.span.sampling_result': 'RECORD_AND_SAMPLE' },
      1,
    ]);
    letGo(app);
    await answer;
    await waitUntil(async () => (await live()) === 0, 'nothing is open');
  });
});

interface Protocol {
  readonly type: string;
  start(): Promise<Receiver<unknown>>;
  exporter(endpoint: string): ExporterInput;
  readonly refusal: { readonly status: number; readonly attributes: Attributes };
  readonly unavailable: { readonly status: number; readonly attributes: Attributes };
}

const PROTOCOLS: readonly Protocol[] = [
  {
    type: 'otlp_grpc_span_exporter',
    start: startOtlpGrpcReceiver,
    exporter: (endpoint) => ({ type: 'otlp', endpoint }),
    refusal: { status: 16, attributes: { 'rpc.status_code': 'UNAUTHENTICATED' } },
    unavailable: { status: 14, attributes: { 'rpc.status_code': 'UNAVAILABLE' } },
  },
  {
    type: 'otlp_http_span_exporter',
    start: startOtlpHttpReceiver,
    exporter: (endpoint) => ({ type: 'otlp', protocol: 'http/protobuf', endpoint }),
    refusal: { status: 401, attributes: { 'http.response.status_code': 401 } },
    unavailable: { status: 503, attributes: { 'http.response.status_code': 503 } },
  },
  {
    type: 'otlp_http_json_span_exporter',
    start: startOtlpHttpReceiver,
    exporter: (endpoint) => ({ type: 'otlp', protocol: 'http/json', endpoint }),
    refusal: { status: 401, attributes: { 'http.response.status_code': 401 } },
    unavailable: { status: 503, attributes: { 'http.response.status_code': 503 } },
  },
  {
    type: 'zipkin_http_span_exporter',
    start: startZipkinReceiver,
    exporter: (endpoint) => ({ type: 'zipkin', endpoint }),
    refusal: { status: 401, attributes: { 'http.response.status_code': 401 } },
    unavailable: { status: 503, attributes: { 'http.response.status_code': 503 } },
  },
];

describe.each(PROTOCOLS)('what is told of $type', ({ type, ...protocol }) => {
  const batching = { 'otel.component.type': 'batching_span_processor' };
  let receiver: Receiver<unknown>;
  let app: RunningApp;
  let exporter: Attributes;

  async function startSending(options: OtelModuleOptions = {}): Promise<void> {
    collected.register();
    receiver = await receiving(protocol.start());
    app = await start({
      exporters: protocol.exporter(receiver.url),
      batch: LATER,
      delivery: NO_SECOND_TRY,
      ...options,
    });
    const { hostname, port } = new URL(receiver.url);
    exporter = {
      'otel.component.type': type,
      'server.address': hostname,
      'server.port': Number(port),
    };
  }

  async function work(times: number): Promise<void> {
    for (let n = 0; n < times; n++) await call(`${app.url}/work`);
  }

  async function durations(): Promise<readonly [Attributes, number][]> {
    const points = histogramsOf(
      (await collected.read()).get('otel.sdk.exporter.operation.duration'),
    );
    return points.map(({ attributes, value }) => {
      const { 'otel.component.name': _, ...rest } = attributes;
      expect(value.sum).toBeGreaterThan(0);
      return [rest, value.count];
    });
  }

  /** Every span that was accepted is in one place, and metrics say in which. */
  async function addsUp(): Promise<void> {
    const sum = async (name: string, isError?: boolean): Promise<number> => {
      const points = (await pointsOf(name)).filter(
        ([attributes]) =>
          isError === undefined || isError === (attributes['error.type'] !== undefined),
      );
      return points.reduce((all, [, value]) => all + value, 0);
    };
    const { accepted, exported, failed, waiting } = deliveryOf(app);
    const inQueue = await sum('otel.sdk.processor.span.queue.size');
    const inflight = await sum('otel.sdk.exporter.span.inflight');
    const dropped = await sum('otel.sdk.processor.span.processed', true);
    expect(inQueue + inflight).toBe(waiting);
    expect(await sum('otel.sdk.exporter.span.exported', false)).toBe(exported);
    expect(await sum('otel.sdk.exporter.span.exported', true)).toBe(failed);
    expect(dropped + inQueue + inflight + exported + failed).toBe(accepted);
    expect(await sum('otel.sdk.processor.span.processed', false)).toBe(
      inflight + exported + failed,
    );
  }

  it('tells what waits and what has arrived', async () => {
    await startSending();
    await work(3);
    expect(await pointsOf('otel.sdk.processor.span.queue.size')).toEqual([[batching, 6]]);
    expect(await pointsOf('otel.sdk.processor.span.queue.capacity')).toEqual([[batching, 2048]]);
    expect(await pointsOf('otel.sdk.processor.span.processed')).toEqual([[batching, 0]]);
    await addsUp();
    await flush(app);
    expect(receiver.spans()).toHaveLength(6);
    expect(await pointsOf('otel.sdk.processor.span.queue.size')).toEqual([[batching, 0]]);
    expect(await pointsOf('otel.sdk.processor.span.processed')).toEqual([[batching, 6]]);
    expect(await pointsOf('otel.sdk.exporter.span.inflight')).toEqual([[exporter, 0]]);
    expect(await pointsOf('otel.sdk.exporter.span.exported')).toEqual([[exporter, 6]]);
    expect(await durations()).toEqual([[exporter, 1]]);
    await addsUp();
  });

  it('tells what is under way', async () => {
    await startSending();
    await receiver.behave({ kind: 'hang' });
    await work(1);
    const flushed = flush(app).catch(() => {});
    await waitUntil(async () => {
      const [point] = await pointsOf('otel.sdk.exporter.span.inflight');
      return point?.[1] === 2;
    }, 'the spans are under way');
    expect(await pointsOf('otel.sdk.processor.span.processed')).toEqual([[batching, 2]]);
    expect(await pointsOf('otel.sdk.exporter.span.exported')).toEqual([[exporter, 0]]);
    await addsUp();
    await receiver.behave({ kind: 'ok' });
    await receiver.close();
    await flushed;
  });

  it.each(['refusal', 'unavailable'] as const)('tells a %s by its reason', async (kind) => {
    await startSending();
    const { status, attributes } = protocol[kind];
    const error = { 'error.type': kind === 'refusal' ? 'refused' : 'unavailable' };
    await receiver.behave({ kind: 'status', status });
    await work(2);
    await flush(app);
    expect(await pointsOf('otel.sdk.exporter.span.exported')).toEqual([
      [exporter, 0],
      [{ ...exporter, ...error }, 4],
    ]);
    expect(await pointsOf('otel.sdk.processor.span.processed')).toEqual([[batching, 4]]);
    expect(await durations()).toEqual([[{ ...exporter, ...error, ...attributes }, 1]]);
    await addsUp();
  });

  it('tells that nobody is there', async () => {
    await startSending();
    await receiver.behave({ kind: 'refuse' });
    await work(1);
    await flush(app);
    const failed = { ...exporter, 'error.type': 'unreachable' };
    expect(await pointsOf('otel.sdk.exporter.span.exported')).toContainEqual([failed, 2]);
    await addsUp();
  });

  it('tells of both exports when spans have to wait for a second one', async () => {
    await startSending({ delivery: { ...NO_SECOND_TRY, keepMs: 60_000 } });
    await receiver.behave({ kind: 'status', status: protocol.unavailable.status }, { kind: 'ok' });
    await work(1);
    await flush(app);
    expect(await pointsOf('otel.sdk.processor.span.queue.size')).toEqual([[batching, 2]]);
    expect(await pointsOf('otel.sdk.exporter.span.exported')).toEqual([[exporter, 0]]);
    await flush(app);
    expect(await pointsOf('otel.sdk.processor.span.processed')).toEqual([[batching, 2]]);
    expect(await pointsOf('otel.sdk.exporter.span.exported')).toEqual([[exporter, 2]]);
    await addsUp();
    expect((await durations()).map(([attributes]) => attributes['error.type'])).toEqual([
      'unavailable',
      undefined,
    ]);
  });

  it('tells what the queue had no room for', async () => {
    await startSending({ batch: { ...LATER, maxQueueSize: 3 } });
    await receiver.behave({ kind: 'hang' });
    await work(1);
    const flushed = flush(app).catch(() => {});
    await work(3);
    const full = { ...batching, 'error.type': 'queue_full' };
    expect(await pointsOf('otel.sdk.processor.span.processed')).toContainEqual([full, 3]);
    expect(await pointsOf('otel.sdk.processor.span.queue.capacity')).toEqual([[batching, 3]]);
    await addsUp();
    await receiver.behave({ kind: 'ok' });
    await receiver.close();
    await flushed;
  });

  it('tells the end of an application whose backend hangs', async () => {
    await startSending({ shutdown: { timeoutMs: 50 }, batch: { ...LATER, maxExportBatchSize: 2 } });
    await receiver.behave({ kind: 'hang' });
    await work(2);
    await app.close();
    const lost = { ...exporter, 'error.type': 'shutdown' };
    const late = { ...batching, 'error.type': 'already_shutdown' };
    expect(await pointsOf('otel.sdk.exporter.span.exported')).toContainEqual([lost, 2]);
    expect(await pointsOf('otel.sdk.processor.span.processed')).toContainEqual([late, 2]);
    await addsUp();
  });
});

describe('OTLP backends that take a part', () => {
  it.each(PROTOCOLS.slice(0, 3))('are told by $type', async (protocol) => {
    collected.register();
    const receiver = await receiving(protocol.start());
    await receiver.behave({ kind: 'partial', rejected: 3, message: 'too old' });
    const app = await start({ exporters: protocol.exporter(receiver.url), batch: LATER });
    for (let n = 0; n < 2; n++) await call(`${app.url}/work`);
    await flush(app);
    const points = await pointsOf('otel.sdk.exporter.span.exported');
    expect(points.map(([attributes, value]) => [attributes['error.type'], value])).toEqual([
      [undefined, 1],
      ['rejected', 3],
    ]);
    const [duration] = await pointsOf('otel.sdk.exporter.operation.duration');
    expect(duration?.[0]['error.type']).toBe('rejected');
  });
});

describe('the life of a process', () => {
  it('makes no instrument while nobody collects metrics', async () => {
    const meter = createNoopMeter();
    const made = (
      [
        'createHistogram',
        'createObservableCounter',
        'createObservableUpDownCounter',
        'addBatchObservableCallback',
      ] as const
    ).map((method) => vi.spyOn(meter, method));
    const receiver = await receiving(startOtlpHttpReceiver());
    const app = await start({
      exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: receiver.url },
      batch: LATER,
    });
    await call(`${app.url}/work`);
    await flush(app);
    for (const spy of made) expect(spy).not.toHaveBeenCalled();
  });

  it('is told to a MeterProvider that comes late, from the beginning', async () => {
    const receiver = await receiving(startOtlpHttpReceiver());
    const app = await start({
      exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: receiver.url },
      batch: LATER,
      metrics: { durations: false },
    });
    await call(`${app.url}/work`);
    await flush(app);
    collected.register();
    await call(`${app.url}/work`);
    await flush(app);
    const [point] = await pointsOf('otel.sdk.exporter.span.exported');
    expect(point?.[1]).toBe(4);
  });

  it('counts two applications together, and their exporters apart', async () => {
    collected.register();
    const receivers = [
      await receiving(startOtlpHttpReceiver()),
      await receiving(startOtlpHttpReceiver()),
    ];
    const apps: RunningApp[] = [];
    for (const { url } of receivers) {
      apps.push(
        await start({
          exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: url },
          batch: LATER,
        }),
      );
    }
    const started = async (): Promise<number> =>
      (await pointsOf('otel.sdk.span.started')).reduce((all, [, value]) => all + value, 0);
    const before = await started();
    await call(`${apps[0]?.url}/work`);
    await call(`${apps[1]?.url}/work`);
    await call(`${apps[1]?.url}/work`);
    for (const app of apps) await flush(app);
    expect((await started()) - before).toBe(6);
    const points = await collected.points('otel.sdk.exporter.span.exported');
    const names = points.map(({ attributes }) => attributes['otel.component.name']);
    expect(new Set(names).size).toBe(2);
    expect(new Set(points.map(({ value }) => value))).toEqual(new Set([2, 4]));
  });

  it('never counts backwards, whoever comes and goes', async () => {
    collected.register();
    const started = async (): Promise<number> =>
      (await pointsOf('otel.sdk.span.started')).reduce((all, [, value]) => all + value, 0);
    const first = await start({});
    await call(`${first.url}/work`);
    const before = await started();
    await first.close();
    expect(await started()).toBe(before);
    const second = await start({});
    expect(await started()).toBe(before);
    await call(`${second.url}/work`);
    expect(await started()).toBe(before + SPANS_OF_WORK);
  });

  it.each([{ metrics: false }, { metrics: { sdk: false } }] as const)(
    'tells nothing with %o',
    async (options) => {
      collected.register();
      const app = await start(options);
      await call(`${app.url}/work`);
      const names = [...(await collected.read()).keys()];
      expect(names.filter((name) => name.startsWith('otel.'))).toEqual([]);
    },
  );
});
