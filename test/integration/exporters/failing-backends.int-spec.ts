import {
  OTEL_SPAN_EXPORTERS,
  OTEL_TRACER_PROVIDER,
  type Delivery,
  type ExporterInput,
  type ObservedExporter,
  type OtelModuleOptions,
} from 'nestrace';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { CollectedLog } from '../../support/collected-log.js';
import { startEchoServer, type EchoServer } from '../../support/echo-server.js';
import { startOtlpGrpcReceiver } from '../../support/receivers/otlp-grpc.receiver.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { Behaviour, Receiver } from '../../support/receivers/receiver.js';
import { startZipkinReceiver } from '../../support/receivers/zipkin.receiver.js';
import { waitUntil } from '../../support/wait-until.js';
import { Kitchen, SPANS_OF_AN_ORDER } from './kitchen.js';

type AnyReceiver = Receiver<{ readonly name: string }>;

let echo: EchoServer;
let app: RunningApp;
let log: CollectedLog;
const receivers: AnyReceiver[] = [];

beforeAll(async () => {
  echo = await startEchoServer();
});
afterAll(async () => {
  await echo.close();
});
afterEach(async () => {
  await app.close();
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function started(receiver: Promise<AnyReceiver>): Promise<AnyReceiver> {
  receivers.push(await receiver);
  return receiver;
}

/** Serves one order and tells what becomes of its spans, for each exporter. */
async function order(options: OtelModuleOptions): Promise<readonly Delivery[]> {
  log = new CollectedLog();
  app = await startApp(Kitchen.tracing(options, `http://127.0.0.1:${echo.port}`), undefined, {
    logger: log,
  });
  const exporters = app.app.get<readonly ObservedExporter[]>(OTEL_SPAN_EXPORTERS);
  const deliveries = exporters.map(({ delivery }) => delivery);
  expect(await call(`${app.url}/orders/7`)).toMatchObject({ status: 200 });
  await waitUntil(
    () => deliveries.every(({ accepted }) => accepted === SPANS_OF_AN_ORDER),
    'all spans have ended',
  );
  return deliveries;
}

interface Protocol {
  readonly name: string;
  start(): Promise<AnyReceiver>;
  exporter(endpoint: string, timeoutMs?: number): ExporterInput;
  /** Answers that will be the same tomorrow. */
  readonly final: readonly number[];
  /** Answers that may be another one in a second. */
  readonly passing: readonly number[];
  /** Answers that say when to come back. */
  readonly throttling: number;
}

const PROTOCOLS: readonly Protocol[] = [
  {
    name: 'grpc',
    start: startOtlpGrpcReceiver,
    exporter: (endpoint, timeoutMs) => ({ type: 'otlp', endpoint, timeoutMs }),
    final: [3, 7, 8, 16],
    passing: [14],
    throttling: 8,
  },
  {
    name: 'http/protobuf',
    start: startOtlpHttpReceiver,
    exporter: (endpoint, timeoutMs) => ({
      type: 'otlp',
      protocol: 'http/protobuf',
      endpoint,
      timeoutMs,
    }),
    final: [400, 401, 403, 404, 405, 415, 500],
    passing: [429, 502, 503, 504],
    throttling: 429,
  },
  {
    name: 'zipkin',
    start: startZipkinReceiver,
    exporter: (endpoint, timeoutMs) => ({ type: 'zipkin', endpoint, timeoutMs }),
    final: [400, 404],
    passing: [429, 503],
    throttling: 429,
  },
];

/** Nothing is sent before it is asked for, so that all spans go in one request. */
const LATER = { scheduledDelayMs: 3_600_000 };

async function flush(): Promise<void> {
  const provider = app.app.get<{ forceFlush(): Promise<void> }>(OTEL_TRACER_PROVIDER);
  await provider.forceFlush();
}

describe.each(PROTOCOLS)('a backend that answers badly over $name', (protocol) => {
  it.each(protocol.final)('is not asked again after %i', async (status) => {
    const receiver = await started(protocol.start());
    await receiver.behave({ kind: 'status', status }, { kind: 'ok' });
    const [delivery] = await order({ exporters: protocol.exporter(receiver.url), batch: LATER });
    await flush();

    expect(delivery?.failed).toBe(SPANS_OF_AN_ORDER);
    expect(receiver.requests).toHaveLength(1);
    expect(receiver.spans()).toEqual([]);
    expect(delivery).toMatchObject({ accepted: SPANS_OF_AN_ORDER, exported: 0 });
    expect(log.troubles).toHaveLength(1);
  });

  it.each(protocol.passing)('is asked again after %i, and gets everything', async (status) => {
    const receiver = await started(protocol.start());
    await receiver.behave({ kind: 'status', status }, { kind: 'ok' });
    const [delivery] = await order({ exporters: protocol.exporter(receiver.url), batch: LATER });
    await flush();

    expect(delivery?.exported).toBe(SPANS_OF_AN_ORDER);
    expect(receiver.requests.map(({ answered }) => answered)).toEqual(['status', 'ok']);
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(log.lines.slice(1)).toEqual([
      expect.stringMatching(/^warn Spans cannot be delivered to /),
      expect.stringMatching(
        new RegExp(`; 0 were lost meanwhile, ${SPANS_OF_AN_ORDER} waited and are sent now\\.$`),
      ),
    ]);
  });

  it('is not asked again when its time is up', async () => {
    const receiver = await started(protocol.start());
    await receiver.behave({ kind: 'status', status: protocol.passing[0] ?? 0 });
    const [delivery] = await order({
      exporters: protocol.exporter(receiver.url, 1900),
      batch: LATER,
      delivery: { keepMs: 0 },
    });
    await flush();

    expect(delivery?.failed).toBe(SPANS_OF_AN_ORDER);
    expect(receiver.requests).toHaveLength(2);
  });

  const others: readonly (readonly [string, Behaviour])[] = [
    ['refuses', { kind: 'refuse' }],
    ['hangs', { kind: 'hang' }],
    ['says nothing', { kind: 'silent' }],
    ['breaks connections', { kind: 'cut' }],
    ['answers without end', { kind: 'huge' }],
  ];

  it.each(others)('keeps nothing from another backend when it %s', async (_, behaviour) => {
    const [bad, good] = [await started(protocol.start()), await started(startOtlpHttpReceiver())];
    await bad.behave(behaviour);
    const [, delivery] = await order({
      exporters: [
        protocol.exporter(bad.url),
        { type: 'otlp', name: 'good', protocol: 'http/protobuf', endpoint: good.url },
      ],
      batch: { scheduledDelayMs: 5 },
      shutdown: { timeoutMs: 200 },
    });
    for (let count = 1; count < 5; count++) await call(`${app.url}/orders/7`);
    await waitUntil(() => delivery?.exported === 5 * SPANS_OF_AN_ORDER, 'the good one has all');
    await app.close();

    expect(good.spans()).toHaveLength(5 * SPANS_OF_AN_ORDER);
    expect(log.troubles.filter((line) => line.includes('to good'))).toEqual([]);
  });
});

describe.each(PROTOCOLS)('a backend that asks for time over $name', (protocol) => {
  const forms: readonly (readonly [string, () => string])[] = [
    ['seconds', () => '2'],
    // A date has whole seconds only, and until it is read some time passes.
    ['a date', () => new Date(Date.now() + 4500).toUTCString()],
  ];

  it.each(protocol.name === 'grpc' ? forms.slice(0, 1) : forms)(
    'gets it, given as %s',
    async (_, retryAfter) => {
      const receiver = await started(protocol.start());
      await receiver.behave(
        { kind: 'status', status: protocol.throttling, retryAfter: retryAfter() },
        { kind: 'ok' },
      );
      const [delivery] = await order({ exporters: protocol.exporter(receiver.url), batch: LATER });
      await flush();

      expect(delivery?.exported).toBe(SPANS_OF_AN_ORDER);
      const [first, second] = receiver.requests;
      // Timers may fire a millisecond early.
      expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1900);
      expect(receiver.requests).toHaveLength(2);
    },
  );

  it('is left alone by every batch when it asks for more than an export has', async () => {
    const receiver = await started(protocol.start());
    await receiver.behave({ kind: 'status', status: protocol.throttling, retryAfter: '3600' });
    const [delivery] = await order({
      exporters: protocol.exporter(receiver.url),
      batch: { scheduledDelayMs: 5 },
    });
    await waitUntil(() => delivery?.breaker.state === 'open', 'the backend is left alone');
    for (let count = 0; count < 5; count++) await call(`${app.url}/orders/7`);
    await waitUntil(() => delivery?.accepted === 6 * SPANS_OF_AN_ORDER, 'all spans have ended');

    expect((delivery?.breaker.until ?? 0) - Date.now()).toBeGreaterThan(3_500_000);
    expect(receiver.requests).toHaveLength(1);
    expect(delivery).toMatchObject({ failed: 0, waiting: 6 * SPANS_OF_AN_ORDER });
  });
});
