import 'reflect-metadata';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Controller, Get, Module, type DynamicModule } from '@nestjs/common';
import { trace } from '@opentelemetry/api';
import {
  OTEL_SPAN_EXPORTERS,
  OTEL_TRACER_PROVIDER,
  OtelModule,
  Traced,
  TraceService,
  type OtelModuleOptions,
} from 'nestrace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { CollectedLog } from '../../support/collected-log.js';
import { startEchoServer, type EchoServer } from '../../support/echo-server.js';
import { processState } from '../../support/process-state.js';
import { startOtlpGrpcReceiver } from '../../support/receivers/otlp-grpc.receiver.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { OtlpSpan } from '../../support/receivers/otlp-span.js';
import type { Receiver } from '../../support/receivers/receiver.js';
import { startZipkinReceiver } from '../../support/receivers/zipkin.receiver.js';
import { waitUntil } from '../../support/wait-until.js';

let echo: EchoServer;

@Controller()
class OrdersController {
  constructor(private readonly tracing: TraceService) {}

  @Get('orders')
  async orders(): Promise<string> {
    this.price();
    await this.tracing.withSpan('ask inventory', async () => {
      await (await fetch(`http://127.0.0.1:${echo.port}/stock`)).text();
    });
    trace.getTracer('library').startSpan('work of a library').end();
    return 'orders';
  }

  @Traced('price')
  private price(): void {}
}

/** What one request leaves, each span with its parent. */
const SPANS_OF_A_REQUEST = [
  'GET < ask inventory',
  'GET /orders < nothing',
  'ask inventory < GET /orders',
  'price < GET /orders',
  'work of a library < GET /orders',
].toSorted();

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

const running: RunningApp[] = [];
const receivers: Receiver<unknown>[] = [];

beforeEach(async () => {
  echo = await startEchoServer();
});
afterEach(async () => {
  for (const { close } of running.splice(0)) await close();
  for (const receiver of receivers.splice(0)) await receiver.close();
  await echo.close();
});

async function start(options: OtelModuleOptions): Promise<RunningApp> {
  const app = await startApp(AppModule.tracing(options), undefined, { logger: new CollectedLog() });
  running.push(app);
  return app;
}

interface Shop {
  readonly app: RunningApp;
  readonly receiver: Receiver<OtlpSpan>;
}

async function startShop(name: string): Promise<Shop> {
  const receiver = await startOtlpHttpReceiver();
  receivers.push(receiver);
  const app = await start({
    service: { name },
    exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: receiver.url },
    batch: { scheduledDelayMs: 5 },
    shutdown: { timeoutMs: 500 },
  });
  return { app, receiver };
}

async function order({ app }: Shop): Promise<void> {
  expect(await call(`${app.url}/orders`)).toMatchObject({ status: 200, text: 'orders' });
}

/** All spans, each with its parent, once there are as many as expected. */
async function spansAt({ receiver }: Shop, count: number): Promise<readonly string[]> {
  await waitUntil(() => receiver.spans().length >= count, `${count} spans`);
  const names = new Map(receiver.spans().map(({ spanId, name }) => [spanId, name]));
  return receiver
    .spans()
    .map(({ name, parentSpanId }) => `${name} < ${names.get(parentSpanId) ?? 'nothing'}`)
    .toSorted();
}

const servicesAt = ({ receiver }: Shop): readonly unknown[] => [
  ...new Set(receiver.spans().map(({ resource }) => resource['service.name'])),
];

describe('two applications in one process', () => {
  it.each([
    ['first', 0],
    ['second', 1],
  ])('stay apart, and one goes on when the %s is closed', async (_, closedIndex) => {
    const shops = [await startShop('north'), await startShop('south')] as const;
    const closed = shops[closedIndex] as Shop;
    const open = shops[1 - closedIndex] as Shop;

    await closed.app.close();
    receivers.forEach((receiver) => receiver.clear());
    await order(open);
    await order(open);

    expect(await spansAt(open, 2 * SPANS_OF_A_REQUEST.length)).toEqual(
      SPANS_OF_A_REQUEST.flatMap((span) => [span, span]),
    );
    expect(servicesAt(open)).toEqual([open === shops[0] ? 'north' : 'south']);
    const traces = new Set(open.receiver.spans().map(({ traceId }) => traceId));
    expect(traces.size).toBe(2);
    expect(echo.received.filter(({ headers }) => 'traceparent' in headers)).toHaveLength(2);
    await open.app.close();
    expect(closed.receiver.spans()).toEqual([]);
  });

  it('each deliver their own spans; those of the API go with the one that came first', async () => {
    const [north, south] = [await startShop('north'), await startShop('south')];
    await order(north);
    await order(south);
    await north.app.close();
    await south.app.close();

    const own = SPANS_OF_A_REQUEST.filter((span) => !span.startsWith('work of a library'));
    expect(await spansAt(north, 6)).toEqual(
      [...SPANS_OF_A_REQUEST, 'work of a library < nothing'].toSorted(),
    );
    expect(await spansAt(south, 4)).toEqual(own);
    expect(servicesAt(north)).toEqual(['north']);
    expect(servicesAt(south)).toEqual(['south']);
  });

  it('do not wait for each other when the backend of one hangs', async () => {
    const [north, south] = [await startShop('north'), await startShop('south')];
    await north.receiver.behave({ kind: 'hang' });
    await order(north);
    await waitUntil(() => north.receiver.requests.length > 0, 'an export hangs');
    await Promise.all([
      north.app.close(),
      (async (): Promise<void> => {
        for (let count = 0; count < 10; count++) await order(south);
      })(),
    ]);
    await order(south);

    const spans = await spansAt(south, 11 * (SPANS_OF_A_REQUEST.length - 1) + 1);
    expect(spans.filter((span) => span.startsWith('GET /orders'))).toHaveLength(11);
    expect(servicesAt(south)).toEqual(['south']);
  });
});

describe('twenty applications one after the other', () => {
  it('leave no listener, no timer, no connection and no global behind', async () => {
    const [grpc, otlp, zipkin] = [
      await startOtlpGrpcReceiver(),
      await startOtlpHttpReceiver(),
      await startZipkinReceiver(),
    ];
    receivers.push(grpc, otlp, zipkin);
    const live: WeakRef<object>[] = [];
    const cycle = async (): Promise<void> => {
      const shop = await start({
        exporters: [
          { type: 'otlp', endpoint: grpc.url },
          { type: 'otlp', protocol: 'http/json', endpoint: otlp.url },
          { type: 'zipkin', endpoint: zipkin.url },
        ],
      });
      shop.app.enableShutdownHooks();
      for (const token of [OTEL_TRACER_PROVIDER, OTEL_SPAN_EXPORTERS]) {
        live.push(new WeakRef(shop.app.get<object>(token)));
      }
      await call(`${shop.url}/orders`);
      await shop.close();
      running.length = 0;
    };
    const before = processState();
    // The connections that fetch keeps, for one, stay by design.
    await cycle();
    await waitUntil(() => grpc.openConnections === 0, 'the connections are closed');
    const resourcesBefore = process.getActiveResourcesInfo();

    for (let count = 0; count < 20; count++) await cycle();

    await waitUntil(
      () => [grpc, otlp, zipkin].every(({ openConnections }) => openConnections === 0),
      'the connections are closed',
    );
    await waitUntil(
      () => process.getActiveResourcesInfo().length <= resourcesBefore.length,
      `no more runs than ${resourcesBefore.join()}`,
    );
    expect(processState()).toEqual(before);
    expect(before.otelGlobals).toEqual([]);
    for (const receiver of [grpc, otlp, zipkin]) {
      expect(receiver.spans()).toHaveLength(21 * SPANS_OF_A_REQUEST.length);
    }

    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    await waitUntil(() => {
      collectGarbage();
      return live.filter((reference) => reference.deref() !== undefined).length <= 2;
    }, 'all but the last application are gone from memory');
  });
});
