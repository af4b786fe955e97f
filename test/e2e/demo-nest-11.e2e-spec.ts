import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../support/client.js';
import { ORDER_TREE } from '../support/demo-order.js';
import type { Application } from '../support/packed/application.js';
import { buildCommonJs, makeNest11Consumer } from '../support/packed/demo-on-nest-11.js';
import { drawSpans } from '../support/packed/draw-spans.js';
import type { RunningApplication } from '../support/packed/running-application.js';
import { startOtlpGrpcReceiver } from '../support/receivers/otlp-grpc.receiver.js';
import type { OtlpSpan } from '../support/receivers/otlp-span.js';
import type { Receiver } from '../support/receivers/receiver.js';
import { waitUntil } from '../support/wait-until.js';

describe('the demo in CommonJS on NestJS 11', () => {
  let folder: string;
  let services: { readonly orders: Application; readonly inventory: Application };

  beforeAll(async () => {
    folder = makeNest11Consumer();
    const [orders, inventory] = await Promise.all([
      buildCommonJs(folder, 'orders'),
      buildCommonJs(folder, 'inventory'),
    ]);
    services = { orders, inventory };
  });

  it('is what it says', () => {
    const versionOf = (name: string): unknown =>
      (
        JSON.parse(
          readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8'),
        ) as Record<string, unknown>
      )['version'];
    expect(versionOf('@nestjs/core')).toMatch(/^11\./);
    expect(versionOf('typeorm')).toMatch(/^0\.3\./);
    expect(services.orders.read('dist/app.module.js')).toContain('require("nestrace")');
  });

  describe.each(['express', 'fastify'])('on %s', (adapter) => {
    let collector: Receiver<OtlpSpan>;
    let running: readonly RunningApplication[] = [];

    beforeAll(async () => {
      collector = await startOtlpGrpcReceiver();
      const env = {
        ADAPTER: adapter,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_BSP_SCHEDULE_DELAY: '100',
      };
      const inventory = await services.inventory.start(env, 'INVENTORY_PORT');
      const orders = await services.orders.start(
        { ...env, INVENTORY_URL: inventory.url },
        'ORDERS_PORT',
      );
      running = [orders, inventory];
      await Promise.all(running.map((service) => service.get('/health')));
    });

    afterAll(async () => {
      await Promise.all(running.map((service) => service.stop()));
      await collector?.close();
    });

    it('exports an order as one trace across both services', async () => {
      const [orders] = running;
      const answer = await call(`${orders?.url}/orders`, {
        method: 'POST',
        headers: { 'x-api-key': 'demo', 'content-type': 'application/json' },
        body: JSON.stringify({ userId: 1, lines: [{ sku: 'coffee', quantity: 2 }] }),
      });

      expect(answer.status).toBe(201);
      const trace = (): readonly OtlpSpan[] =>
        collector.spans().filter(({ traceId }) => traceId === answer.headers['x-trace-id']);
      // A SERVER span is the last one of its process.
      const isWhole = (): boolean => trace().filter(({ kind }) => kind === 'SERVER').length === 2;
      await waitUntil(isWhole, 'both services have sent their part', 30_000);
      expect(drawSpans(trace())).toBe(ORDER_TREE);
    });
  });
});
