import { Controller, Get, Module } from '@nestjs/common';
import { OtelModule } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { freePort } from '../../support/demo.js';
import { waitUntil } from '../../support/wait-until.js';

@Controller()
class StockController {
  @Get('stock')
  stock(): string {
    return 'plenty';
  }
}

/** As far as these tests look. */
interface Meta {
  readonly hub?: { readonly role: string; readonly spans: number; readonly services: string[] };
}

interface Traces {
  readonly traces: readonly { readonly name: string; readonly services: readonly string[] }[];
}

describe.each(ADAPTERS)('panels of several services on %s', (_name, adapter) => {
  const telemetry = new InMemoryTelemetry();
  let running: RunningApp[] = [];
  let port = 0;

  afterEach(async () => {
    for (const { close } of running) await close();
    running = [];
    telemetry.clear();
  });

  async function start(service: string): Promise<RunningApp> {
    @Module({
      imports: [
        OtelModule.forRoot({
          service: { name: service },
          exporters: 'none',
          autoTrace: false,
          processors: [telemetry],
          panel: { enabled: true, ingest: { port } },
        }),
      ],
      controllers: [StockController],
    })
    class AppModule {}
    const app = await startApp(AppModule, adapter());
    running.push(app);
    return app;
  }

  const read = async <T>({ url }: RunningApp, path: string): Promise<T> => {
    const response = await fetch(`${url}/_otel/api/${path}`);
    return (await response.json()) as T;
  };
  const roleOf = async (app: RunningApp): Promise<string | undefined> =>
    (await read<Meta>(app, 'meta')).hub?.role;
  const shows = async (app: RunningApp, service: string): Promise<boolean> => {
    const { traces } = await read<Traces>(app, 'traces');
    return traces.some((trace) => trace.services.includes(service));
  };

  it('show in one what all of them do, and leave no trace of that', async () => {
    port = await freePort();
    const orders = await start('orders');
    await waitUntil(async () => (await roleOf(orders)) === 'hub', 'the first one is the hub');
    const stock = await start('stock');
    await waitUntil(async () => (await roleOf(stock)) === 'sibling', 'the second one is a sibling');
    await fetch(`${stock.url}/stock`);
    await waitUntil(() => shows(orders, 'stock'), 'the trace of the other service is there');
    const { hub } = await read<Meta>(orders, 'meta');
    expect(hub).toMatchObject({ role: 'hub', services: ['stock'] });
    expect(await shows(stock, 'orders')).toBe(false);
    const addresses = telemetry.spans().flatMap(({ attributes }) => {
      return [attributes['url.full'] ?? attributes['url.path'], attributes['server.port']];
    });
    expect(addresses).toContain('/stock');
    expect(addresses.filter((one) => one === port || String(one).includes(String(port)))).toEqual(
      [],
    );
  });

  it('go on with another hub when the first one ends', async () => {
    port = await freePort();
    const orders = await start('orders');
    await waitUntil(async () => (await roleOf(orders)) === 'hub', 'the first one is the hub');
    const stock = await start('stock');
    await waitUntil(async () => (await roleOf(stock)) === 'sibling', 'the second one is a sibling');
    running.shift();
    await orders.close();
    await waitUntil(async () => (await roleOf(stock)) === 'hub', 'the port is taken over', 10_000);
    const billing = await start('billing');
    await waitUntil(async () => (await roleOf(billing)) === 'sibling', 'the hub is found');
    await fetch(`${billing.url}/stock`);
    await waitUntil(() => shows(stock, 'billing'), 'the trace of the other service is there');
    expect(await shows(billing, 'billing')).toBe(true);
  });
});
