import 'reflect-metadata';
import { Controller, Get, Module, type DynamicModule } from '@nestjs/common';
import {
  OTEL_SPAN_EXPORTERS,
  OtelModule,
  TraceService,
  type Delivery,
  type ExporterInput,
  type ObservedExporter,
  type OtelModuleOptions,
} from 'nestrace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { CollectedLog } from '../../support/collected-log.js';
import { startOtlpGrpcReceiver } from '../../support/receivers/otlp-grpc.receiver.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { Receiver } from '../../support/receivers/receiver.js';
import { startZipkinReceiver } from '../../support/receivers/zipkin.receiver.js';
import { waitUntil } from '../../support/wait-until.js';

const SPANS_PER_REQUEST = 5;

@Controller()
class OrdersController {
  constructor(private readonly trace: TraceService) {}

  @Get('orders')
  async orders(): Promise<string> {
    for (let count = 1; count < SPANS_PER_REQUEST; count++) {
      await this.trace.withSpan(`step ${count}`, async () => {});
    }
    return 'orders';
  }
}

@Module({})
class AppModule {
  static tracing(options: OtelModuleOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [OtelModule.forRoot({ autoTrace: false, lifecycle: false, ...options })],
      controllers: [OrdersController],
    };
  }
}

type AnyReceiver = Receiver<{ readonly name: string }>;

interface Protocol {
  readonly name: string;
  start(): Promise<AnyReceiver>;
  exporter(endpoint: string): ExporterInput;
}

const PROTOCOLS: readonly Protocol[] = [
  {
    name: 'grpc',
    start: startOtlpGrpcReceiver,
    exporter: (endpoint) => ({ type: 'otlp', endpoint }),
  },
  {
    name: 'http/protobuf',
    start: startOtlpHttpReceiver,
    exporter: (endpoint) => ({ type: 'otlp', protocol: 'http/protobuf', endpoint }),
  },
  {
    name: 'http/json',
    start: startOtlpHttpReceiver,
    exporter: (endpoint) => ({ type: 'otlp', protocol: 'http/json', endpoint }),
  },
  {
    name: 'zipkin',
    start: startZipkinReceiver,
    exporter: (endpoint) => ({ type: 'zipkin', endpoint }),
  },
];

/** An outage of minutes in a second. */
const QUICK = {
  retry: { firstDelayMs: 20, maxDelayMs: 50 },
  breaker: { failures: 3, openMs: 200, maxOpenMs: 400 },
} as const;

let receiver: AnyReceiver;
let running: RunningApp;
let log: CollectedLog;

beforeEach(() => {
  log = new CollectedLog();
});
afterEach(async () => {
  await running.close();
  await receiver.close();
});

async function start(options: OtelModuleOptions): Promise<Delivery> {
  running = await startApp(AppModule.tracing(options), undefined, { logger: log });
  const [exporter] = running.app.get<readonly ObservedExporter[]>(OTEL_SPAN_EXPORTERS);
  if (exporter === undefined) throw new Error('there is no exporter');
  return exporter.delivery;
}

async function serve(requests: number): Promise<void> {
  for (let count = 0; count < requests; count++) {
    expect(await call(`${running.url}/orders`)).toMatchObject({ status: 200, text: 'orders' });
  }
}

describe.each(PROTOCOLS)('an outage of a backend that takes spans over $name', (protocol) => {
  it.each(['batch', 'simple'] as const)(
    'costs nothing while there is room, and few attempts (%s)',
    async (processor) => {
      receiver = await protocol.start();
      const delivery = await start({
        exporters: protocol.exporter(receiver.url),
        batch: { scheduledDelayMs: 10 },
        delivery: QUICK,
        processor,
      });
      await serve(1);
      await waitUntil(() => delivery.exported === SPANS_PER_REQUEST, 'the first spans are there');
      const connections = receiver.connections;

      await receiver.behave({ kind: 'refuse' });
      await serve(1);
      await waitUntil(() => delivery.breaker.state === 'open', 'the backend is left alone');
      const before = delivery.accepted;
      await serve(20);
      await waitUntil(
        () => delivery.accepted === before + 20 * SPANS_PER_REQUEST,
        'every span has ended',
      );
      expect(delivery.waiting).toBeGreaterThanOrEqual(20 * SPANS_PER_REQUEST - 5);
      expect(log.troubles).toHaveLength(1);

      await receiver.behave({ kind: 'ok' });
      await waitUntil(() => delivery.waiting === 0, 'everything is delivered', 10_000);

      const { accepted, exported, failed, dropped } = delivery;
      expect(accepted).toBe(22 * SPANS_PER_REQUEST);
      expect(exported + failed).toBe(accepted);
      expect(dropped).toEqual({ queue_full: 0, shutdown: 0 });
      // Spans that are exported one by one are not kept when they fail.
      if (processor === 'batch') expect(failed).toBe(0);
      expect(receiver.spans()).toHaveLength(exported);
      expect(receiver.connections).toBeGreaterThan(connections);
      expect(delivery.breaker.state).toBe('closed');
      expect(log.lines.filter((line) => line.includes('again, after'))).toEqual([
        expect.stringMatching(/, \d+ waited and are sent now\.$/),
      ]);
    },
  );

  it('ends with the application: one attempt more, and what waits is counted', async () => {
    receiver = await protocol.start();
    await receiver.behave({ kind: 'refuse' });
    const delivery = await start({
      exporters: protocol.exporter(receiver.url),
      batch: { scheduledDelayMs: 10, maxExportBatchSize: 10 },
      delivery: { ...QUICK, breaker: { failures: 3, openMs: 60_000 } },
      shutdown: { timeoutMs: 60_000 },
    });
    await serve(1);
    await waitUntil(() => delivery.breaker.state === 'open', 'the backend is left alone');
    await serve(9);
    await waitUntil(() => delivery.accepted === 10 * SPANS_PER_REQUEST, 'every span has ended');
    const attempts = delivery.failedAttempts;

    await running.close();

    expect(delivery.failedAttempts).toBe(attempts + 1);
    expect(delivery.waiting).toBe(0);
    expect(delivery.failed + delivery.dropped.shutdown).toBe(10 * SPANS_PER_REQUEST);
    expect(delivery.dropped.shutdown).toBeGreaterThan(0);
  });

  it('that ends before the application does costs nothing', async () => {
    receiver = await protocol.start();
    await receiver.behave({ kind: 'refuse' });
    const delivery = await start({
      exporters: protocol.exporter(receiver.url),
      batch: { scheduledDelayMs: 10, maxExportBatchSize: 10 },
      delivery: { ...QUICK, breaker: { failures: 3, openMs: 60_000 } },
      shutdown: { timeoutMs: 60_000 },
    });
    await serve(5);
    await waitUntil(() => delivery.breaker.state === 'open', 'the backend is left alone');
    await waitUntil(() => delivery.accepted === 5 * SPANS_PER_REQUEST, 'every span has ended');
    await receiver.behave({ kind: 'ok' });

    await running.close();

    expect(delivery).toMatchObject({ exported: 5 * SPANS_PER_REQUEST, failed: 0, waiting: 0 });
    expect(receiver.spans()).toHaveLength(5 * SPANS_PER_REQUEST);
  });
});

describe('a backend that takes no large batches', () => {
  it.each(PROTOCOLS.slice(1))('gets all spans in smaller ones ($name)', async (protocol) => {
    receiver = await protocol.start();
    await receiver.behave(
      { kind: 'status', status: 413 },
      { kind: 'status', status: 413 },
      { kind: 'ok' },
    );
    const delivery = await start({
      exporters: protocol.exporter(receiver.url),
      batch: { scheduledDelayMs: 3_600_000 },
      shutdown: { timeoutMs: 60_000 },
    });
    await serve(8);
    await waitUntil(() => delivery.accepted === 8 * SPANS_PER_REQUEST, 'every span has ended');
    await running.close();

    const sizes = receiver.requests.map(({ spans }) => spans.length);
    expect(sizes.slice(0, 4)).toEqual([40, 20, 10, 10]);
    expect(receiver.spans()).toHaveLength(40);
    expect(new Set(receiver.spans())).toHaveProperty('size', 40);
    expect(delivery).toMatchObject({ exported: 40, failed: 0, waiting: 0 });
    expect(log.troubles).toEqual([]);
    expect(log.lines.filter((line) => line.includes('cut in halves'))).toHaveLength(1);
  });

  it('gets all spans in smaller ones (grpc)', async () => {
    receiver = await startOtlpGrpcReceiver();
    await receiver.behave(
      { kind: 'status', status: 8, message: 'received message larger than max (800 vs. 700)' },
      { kind: 'ok' },
    );
    const delivery = await start({
      exporters: { type: 'otlp', endpoint: receiver.url },
      batch: { scheduledDelayMs: 3_600_000 },
      shutdown: { timeoutMs: 60_000 },
    });
    await serve(8);
    await waitUntil(() => delivery.accepted === 8 * SPANS_PER_REQUEST, 'every span has ended');
    await running.close();
    expect(receiver.requests.map(({ spans }) => spans.length)).toEqual([40, 20, 20]);
    expect(delivery).toMatchObject({ exported: 40, failed: 0 });
  });
});
