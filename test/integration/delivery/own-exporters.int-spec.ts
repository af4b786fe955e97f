import 'reflect-metadata';
import { get } from 'node:http';
import { Controller, Get, Module, type DynamicModule } from '@nestjs/common';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import {
  OTEL_SPAN_EXPORTERS,
  OtelModule,
  TraceService,
  type Delivery,
  type ObservedExporter,
  type OtelModuleOptions,
} from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { CollectedLog } from '../../support/collected-log.js';
import { startEchoServer } from '../../support/echo-server.js';

type Done = (result: ExportResult) => void;

const SUCCESS: ExportResult = { code: ExportResultCode.SUCCESS };

const never = (): Promise<void> => new Promise(() => {});
const rejects = (): Promise<void> => Promise.reject(new Error('I cannot'));
const throws = (): never => {
  throw new Error('I cannot');
};

/** An exporter as an application may bring it along, good or bad. */
class OwnExporter implements SpanExporter {
  readonly taken: string[] = [];
  shutdowns = 0;

  constructor(
    private readonly habits: {
      readonly onExport?: (done: Done) => unknown;
      readonly onFlush?: () => Promise<void>;
      readonly onShutdown?: () => Promise<void>;
    } = {},
  ) {}

  export(spans: ReadableSpan[], done: Done): unknown {
    this.taken.push(...spans.map(({ name }) => name));
    const { onExport = (answer: Done): void => answer(SUCCESS) } = this.habits;
    return onExport(done);
  }

  forceFlush(): Promise<void> {
    return this.habits.onFlush?.() ?? Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.shutdowns++;
    return this.habits.onShutdown?.() ?? Promise.resolve();
  }
}

@Controller()
class OrdersController {
  constructor(private readonly trace: TraceService) {}

  @Get('orders')
  orders(): string {
    return this.trace.withSpan('load orders', () => 'orders');
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

const SPANS_OF_A_REQUEST = ['load orders', 'GET /orders'];

let running: RunningApp;

afterEach(async () => {
  await running.close();
});

async function start(options: OtelModuleOptions): Promise<{
  readonly deliveries: readonly Delivery[];
  readonly log: CollectedLog;
}> {
  const log = new CollectedLog();
  running = await startApp(AppModule.tracing(options), undefined, { logger: log });
  const exporters = running.app.get<readonly ObservedExporter[]>(OTEL_SPAN_EXPORTERS);
  return { deliveries: exporters.map(({ delivery }) => delivery), log };
}

async function request(times: number): Promise<void> {
  for (let count = 0; count < times; count++) {
    expect(await call(`${running.url}/orders`)).toMatchObject({ status: 200, text: 'orders' });
  }
}

interface Case {
  readonly habit: string;
  readonly habits: ConstructorParameters<typeof OwnExporter>[0];
  readonly failed: number;
}

const CASES: readonly Case[] = [
  { habit: 'throws when it exports', habits: { onExport: throws }, failed: 6 },
  { habit: 'rejects when it exports', habits: { onExport: rejects }, failed: 6 },
  { habit: 'throws no error at all', habits: { onExport: () => rejectWith(undefined) }, failed: 6 },
  { habit: 'never answers', habits: { onExport: () => {} }, failed: 6 },
  {
    habit: 'answers twice',
    habits: {
      onExport: (done) => {
        done(SUCCESS);
        done({ code: ExportResultCode.FAILED });
        done(SUCCESS);
      },
    },
    failed: 0,
  },
  {
    habit: 'answers and then throws',
    habits: {
      onExport: (done) => {
        done(SUCCESS);
        throws();
      },
    },
    failed: 0,
  },
  { habit: 'rejects when it is flushed', habits: { onFlush: rejects }, failed: 0 },
  { habit: 'throws when it is flushed', habits: { onFlush: throws }, failed: 0 },
  { habit: 'never ends its flush', habits: { onFlush: never }, failed: 0 },
  { habit: 'rejects when it is shut down', habits: { onShutdown: rejects }, failed: 0 },
  { habit: 'throws when it is shut down', habits: { onShutdown: throws }, failed: 0 },
  { habit: 'never ends its shutdown', habits: { onShutdown: never }, failed: 0 },
];

/** Something that is no error, as careless code rejects with. */
async function rejectWith(reason: unknown): Promise<never> {
  throw reason;
}

describe.each(['batch', 'simple'] as const)('an exporter of the application (%s)', (processor) => {
  it.each(CASES)('that $habit harms nobody', async ({ habits, failed }) => {
    const bad = new OwnExporter(habits);
    const good = new OwnExporter();
    const { deliveries } = await start({
      exporters: [bad, good],
      processor,
      batch: { scheduledDelayMs: 5, exportTimeoutMs: 60_000 },
      shutdown: { timeoutMs: 200 },
    });
    await request(3);
    await running.close();

    const all = [1, 2, 3].flatMap(() => SPANS_OF_A_REQUEST);
    expect(good.taken.toSorted()).toEqual(all.toSorted());
    expect(good.shutdowns).toBe(1);
    expect(deliveries[1]).toMatchObject({ accepted: 6, exported: 6, failed: 0 });

    expect(bad.shutdowns).toBe(1);
    const { accepted, exported, failed: lost, dropped } = deliveries[0] as Delivery;
    expect(accepted).toBe(6);
    expect(dropped.queue_full).toBe(0);
    expect(exported).toBe(6 - failed);
    expect(lost + dropped.shutdown).toBe(failed);
  });
});

describe('what an exporter of the application does', () => {
  it('is never traced, neither an export nor a flush nor a shutdown', async () => {
    const echo = await startEchoServer();
    const url = (path: string): string => `http://127.0.0.1:${echo.port}${path}`;
    const visit = async (path: string): Promise<void> => {
      await (await fetch(url(`${path}/fetch`))).text();
      await new Promise<void>((resolve, reject) => {
        get(url(`${path}/http`), (response) => {
          response.resume().on('end', resolve);
        }).on('error', reject);
      });
    };
    const own = new OwnExporter({
      onExport: (done) => visit('/export').then(() => done(SUCCESS)),
      onFlush: () => visit('/flush'),
      onShutdown: () => visit('/shutdown'),
    });
    const telemetry = new InMemoryTelemetry();
    await start({
      exporters: own,
      processors: [telemetry],
      batch: { scheduledDelayMs: 5 },
    });
    await request(1);
    await running.close();

    expect(new Set(echo.received.map(({ url: path }) => path))).toEqual(
      new Set(['export', 'flush', 'shutdown'].flatMap((act) => [`/${act}/fetch`, `/${act}/http`])),
    );
    expect(echo.received.filter(({ headers }) => 'traceparent' in headers)).toEqual([]);
    expect(telemetry.spans().map(({ name }) => name)).toEqual(SPANS_OF_A_REQUEST);
    expect(own.taken).toEqual(SPANS_OF_A_REQUEST);
    await echo.close();
  });

  it('is named in the log by its class', async () => {
    class TempoExporter extends OwnExporter {}
    const { log } = await start({
      exporters: new TempoExporter({ onExport: throws }),
      batch: { scheduledDelayMs: 5 },
    });
    expect(log.lines[0]).toContain('exporters: TempoExporter,');
    await request(1);
    await running.close();
    expect(log.troubles).toEqual([
      'warn Spans cannot be delivered to TempoExporter: I cannot. ' +
        'The application is not affected; this is said once, until it works again.',
    ]);
  });
});
