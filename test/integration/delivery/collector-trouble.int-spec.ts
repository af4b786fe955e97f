import 'reflect-metadata';
import { Controller, Get, Module, type DynamicModule } from '@nestjs/common';
import {
  OTEL_SPAN_EXPORTERS,
  OTEL_TRACER_PROVIDER,
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
import type { Behaviour, Receiver } from '../../support/receivers/receiver.js';
import { startZipkinReceiver } from '../../support/receivers/zipkin.receiver.js';
import { waitUntil } from '../../support/wait-until.js';

/** The server span and what the handler adds. */
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
  readonly unavailable: number;
}

/** Time for a second attempt and not for many, so that an export fails during a test. */
const TIMEOUT_MS = 2000;

const PROTOCOLS: readonly Protocol[] = [
  {
    name: 'grpc',
    start: startOtlpGrpcReceiver,
    exporter: (endpoint) => ({ type: 'otlp', endpoint, timeoutMs: TIMEOUT_MS }),
    unavailable: 14,
  },
  {
    name: 'http/protobuf',
    start: startOtlpHttpReceiver,
    exporter: (endpoint) => ({
      type: 'otlp',
      protocol: 'http/protobuf',
      endpoint,
      timeoutMs: TIMEOUT_MS,
    }),
    unavailable: 503,
  },
  {
    name: 'zipkin',
    start: startZipkinReceiver,
    exporter: (endpoint) => ({ type: 'zipkin', endpoint, timeoutMs: TIMEOUT_MS }),
    unavailable: 503,
  },
];

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

/** Calls the application from several sides at once; every call has to succeed. */
async function load(requests: number, callers = 8): Promise<void> {
  let left = requests;
  const caller = async (): Promise<void> => {
    while (left-- > 0) {
      expect(await call(`${running.url}/orders`)).toMatchObject({ status: 200, text: 'orders' });
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

function settled({ accepted, exported, failed, dropped }: Delivery): boolean {
  return accepted === exported + failed + dropped.queue_full + dropped.shutdown;
}

describe.each(PROTOCOLS)('an application that exports over $name', (protocol) => {
  const troubles: readonly (readonly [string, Behaviour])[] = [
    ['is killed', { kind: 'refuse' }],
    ['hangs', { kind: 'hang' }],
    ['goes dead', { kind: 'silent' }],
    ['is not ready', { kind: 'status', status: protocol.unavailable }],
  ];

  it.each(troubles)('serves on when the backend %s under load, and counts', async (_, trouble) => {
    receiver = await protocol.start();
    const delivery = await start({
      exporters: protocol.exporter(receiver.url),
      batch: { maxQueueSize: 100, maxExportBatchSize: 50, scheduledDelayMs: 10 },
      shutdown: { timeoutMs: 10_000 },
    });
    await load(2);
    await waitUntil(() => settled(delivery), 'the first spans are delivered');
    expect(log.troubles).toEqual([]);

    await receiver.behave(trouble);
    let requests = 2;
    do {
      await load(50);
      requests += 50;
    } while (delivery.dropped.queue_full === 0 || delivery.failed === 0);

    await waitUntil(
      () => delivery.accepted === requests * SPANS_PER_REQUEST,
      'every span is in the books',
    );
    expect(log.troubles.toSorted()).toEqual([
      expect.stringMatching(/^warn Spans cannot be delivered to .+127\.0\.0\.1:\d+/),
      expect.stringMatching(/^warn The queue of .+ is full, spans are dropped/),
    ]);

    await receiver.behave({ kind: 'ok' });
    const before = delivery.exported;
    await waitUntil(() => delivery.exported > before, 'spans are delivered again', 10_000);
    await running.close();

    expect(settled(delivery)).toBe(true);
    expect(delivery.dropped.shutdown).toBe(0);
    expect(log.troubles).toHaveLength(2);
    expect(log.lines.filter((line) => line.includes('again, after'))).toEqual([
      expect.stringMatching(
        /^log Spans are delivered to .+ again, after \d+ s; \d+ were lost meanwhile \(.+\)(, \d+ waited and are sent now)?\.$/,
      ),
    ]);
    expect(receiver.spans().length).toBeGreaterThanOrEqual(delivery.exported);
  });
});

/** Nothing is sent before it is asked for, so that each request makes one batch. */
const LATER = { scheduledDelayMs: 3_600_000 };

/** Serves one request and delivers its spans, well or not. */
async function send(delivery: Delivery): Promise<void> {
  const expected = delivery.accepted + SPANS_PER_REQUEST;
  await load(1, 1);
  await waitUntil(() => delivery.accepted === expected, 'all spans have ended');
  await running.app.get<{ forceFlush(): Promise<void> }>(OTEL_TRACER_PROVIDER).forceFlush();
  expect(settled(delivery)).toBe(true);
}

describe('what an operator reads', () => {
  it('is one line for a failure and one for its end, however often it comes and goes', async () => {
    receiver = await startOtlpHttpReceiver();
    const delivery = await start({
      exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: receiver.url },
      batch: LATER,
    });
    for (const status of [0, 401, 401, 0, 401, 0, 401, 0]) {
      await receiver.behave(status === 0 ? { kind: 'ok' } : { kind: 'status', status });
      await send(delivery);
    }

    const label = `otlp (http/protobuf, ${receiver.url})`;
    expect(log.lines.slice(1)).toEqual([
      `warn Spans cannot be delivered to ${label}: HTTP 401 Unauthorized. ` +
        `The credentials are missing or wrong. Check the headers of the exporter. ` +
        `The application is not affected; this is said once, until it works again.`,
      `log Spans are delivered to ${label} again, after 0 s; ${2 * SPANS_PER_REQUEST} were lost meanwhile (refused), ${SPANS_PER_REQUEST} waited and are sent now.`,
    ]);
    expect(delivery).toMatchObject({
      accepted: 8 * SPANS_PER_REQUEST,
      exported: 4 * SPANS_PER_REQUEST,
      failed: 4 * SPANS_PER_REQUEST,
      dropped: { queue_full: 0, shutdown: 0 },
    });
  });

  it('is that a batch was taken only in part', async () => {
    receiver = await startOtlpHttpReceiver();
    await receiver.behave({ kind: 'partial', rejected: 2, message: 'too old' });
    const delivery = await start({
      exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: receiver.url },
      batch: LATER,
    });
    await send(delivery);
    await send(delivery);

    expect(log.troubles).toEqual([
      expect.stringMatching(
        /^warn otlp \(.+\) took a batch of 5 spans only in part, 2 were rejected: too old\.$/,
      ),
    ]);
    expect(delivery).toMatchObject({ accepted: 10, exported: 6, failed: 4 });
  });
});
