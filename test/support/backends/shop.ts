import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { Logger, Module, ValidationPipe, type DynamicModule, type Type } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { OTEL_TRACER_PROVIDER, OtelModule, type OtelModuleOptions } from 'nestrace';
import { StockModule } from '../../../apps/inventory/src/stock/stock.module.js';
import { DatabaseModule } from '../../../apps/orders/src/database/database.module.js';
import { OrdersModule } from '../../../apps/orders/src/orders/orders.module.js';
import { ReportsModule } from '../../../apps/orders/src/reports/reports.module.js';
import { startApp, type RunningApp } from '../apps.js';
import { call, type Answer } from '../client.js';
import { waitUntil } from '../wait-until.js';
import { TraceRecorder } from './trace-recorder.js';

@Module({})
class Orders {}

@Module({})
class Inventory {}

/** A trace as it left the services. */
export interface SentTrace {
  readonly traceId: string;
  readonly spans: readonly ReadableSpan[];
  readonly answer: Answer;
}

/** Both services of the demo, sending where a test wants them to. */
export class Shop {
  private constructor(
    private readonly recorders: readonly TraceRecorder[],
    /** As `service.name` has them. */
    readonly services: readonly string[],
    private readonly orders: RunningApp,
    private readonly inventory: RunningApp,
  ) {}

  /** The services get names nobody else has: a backend may have seen others before. */
  static async open(options: OtelModuleOptions): Promise<Shop> {
    // TypeORM for Nest warns of a second database in one process; here each has its own service.
    Logger.overrideLogger(false);
    const suffix = randomBytes(4).toString('hex');
    const recorders: TraceRecorder[] = [];
    const services: string[] = [];
    const tracing = (name: string): DynamicModule => {
      const recorder = new TraceRecorder();
      recorders.push(recorder);
      const service = `${name}-${suffix}`;
      services.push(service);
      return OtelModule.forRoot({
        service: { name: service, version: '1.2.3', namespace: 'shop' },
        environment: 'development',
        resource: { attributes: { team: 'checkout', shard: 7, canary: true, weight: 0.5 } },
        processors: [recorder],
        ...options,
      });
    };
    const inventory = await start(Inventory, [
      tracing('inventory'),
      TypeOrmModule.forRoot({ type: 'sqljs', autoLoadEntities: true, synchronize: true }),
      StockModule,
    ]);
    const settings = { INVENTORY_URL: inventory.url };
    const orders = await start(Orders, [
      ConfigModule.forRoot({ isGlobal: true, ignoreEnvFile: true, load: [() => settings] }),
      tracing('orders'),
      DatabaseModule,
      OrdersModule,
      ReportsModule,
    ]);
    return new Shop(recorders, services, orders, inventory);
  }

  /** Orders one piece. A grinder is never in stock. */
  order(sku: string, headers: Readonly<Record<string, string>> = {}): Promise<SentTrace> {
    return this.send('/orders', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'demo', ...headers },
      body: JSON.stringify({ userId: 1, lines: [{ sku, quantity: 1 }] }),
    });
  }

  /** Calls orders, and waits until all of its trace has been delivered. */
  async send(path: string, options: Parameters<typeof call>[1]): Promise<SentTrace> {
    const answer = await call(`${this.orders.url}${path}`, options);
    const traceId = String(answer.headers['x-trace-id']);
    const { recorders } = this;
    await waitUntil(
      () =>
        recorders.some((recorder) => recorder.of(traceId).length > 0) &&
        recorders.every((recorder) => !recorder.hasOpen(traceId)),
      'the trace has ended',
    );
    await this.deliver();
    return { traceId, spans: recorders.flatMap((recorder) => recorder.of(traceId)), answer };
  }

  /** Everything a service has sent. */
  sentBy(service: string): readonly ReadableSpan[] {
    return this.recorders
      .flatMap(({ spans }) => spans)
      .filter(({ resource }) => resource.attributes['service.name'] === service);
  }

  /** What the panel of orders answers, below its path. */
  async panel(path: string): Promise<unknown> {
    const { text } = await call(`${this.orders.url}/_otel/api/${path}`);
    return JSON.parse(text) as unknown;
  }

  async close(): Promise<void> {
    await this.orders.close();
    await this.inventory.close();
  }

  private async deliver(): Promise<void> {
    for (const { app } of [this.orders, this.inventory]) {
      await app.get<{ forceFlush(): Promise<void> }>(OTEL_TRACER_PROVIDER).forceFlush();
    }
  }
}

function start(module: Type, imports: NonNullable<DynamicModule['imports']>): Promise<RunningApp> {
  return startApp({ module, imports }, undefined, {
    configure: (app) => {
      app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
    },
  });
}
