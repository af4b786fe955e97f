import { SpanStatusCode } from '@opentelemetry/api';
import type { OtelModuleOptions } from 'nestrace';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  collectorBinary,
  startCollector,
  type RunningCollector,
} from '../support/backends/collector.server.js';
import { describeJaeger, describeZipkin } from '../support/backends/describe-backend.js';
import { JaegerQuery } from '../support/backends/jaeger-query.js';
import { OneService, type SentSpans } from '../support/backends/one-service.js';
import { Shop } from '../support/backends/shop.js';
import { ZipkinQuery } from '../support/backends/zipkin-query.js';

const DECISION_WAIT = '3s';
const ORDERS = 40;
const REQUESTS = 400;
const EACH = 20;

const binary = collectorBinary();
if (binary === undefined) {
  console.warn(
    'The tests of the collector are skipped: none is here; .ci/collector builds one, NESTRACE_OTELCOL names one.',
  );
}

describe.runIf(process.env['NESTRACE_TEST_REQUIRE_ALL'] === '1')('a collector', () => {
  it('is there to be tested against', () => {
    expect(binary).toBeDefined();
  });
});

describe.skipIf(binary === undefined)('a collector that samples whole traces', () => {
  describeJaeger('keeps', (jaeger) => {
    describeZipkin('and', (zipkin) => {
      const inJaeger = new JaegerQuery(jaeger.query);
      const inZipkin = new ZipkinQuery(zipkin.server);
      let collector: RunningCollector;
      const failed: SentSpans[] = [];
      const slow: SentSpans[] = [];
      const rest: SentSpans[] = [];
      const orders: SentSpans[] = [];
      let failedReport: SentSpans;

      beforeAll(async () => {
        collector = await startCollector(binary ?? '', jaeger, zipkin, DECISION_WAIT);
        await sendOrders();
        await sendRequests();
        // The rest is decided and sent when it ends.
        await inJaeger.stored(failedReport.traceId, failedReport.spans.length);
        await collector.stop();
      }, 120_000);
      afterAll(() => collector?.stop());

      const options = (protocol: 'grpc' | 'http/protobuf'): OtelModuleOptions => ({
        exporters: {
          type: 'otlp',
          protocol,
          endpoint: protocol === 'grpc' ? collector.grpc : collector.http,
        },
        sampling: { strategy: 'always' },
      });

      async function sendOrders(): Promise<void> {
        const shop = await Shop.open(options('grpc'));
        try {
          failedReport = await shop.send('/reports/fail', {});
          for (let sent = 0; sent < ORDERS; sent++) orders.push(await shop.order('coffee'));
        } finally {
          await shop.close();
        }
      }

      async function sendRequests(): Promise<void> {
        const service = await OneService.open(options('http/protobuf'));
        const ago = (milliseconds: number) => ({ startTime: Date.now() - milliseconds });
        try {
          for (let sent = 0; sent < EACH; sent++) {
            slow.push(await service.send('slow', () => {}, ago(1100)));
            failed.push(
              await service.send('failed', (_root, tracing) => {
                tracing.withSpan('below', (span) => span.setStatus({ code: SpanStatusCode.ERROR }));
              }),
            );
          }
          for (let sent = 0; sent < REQUESTS; sent++) {
            rest.push(await service.send('fine', () => {}, ago(500)));
          }
        } finally {
          await service.close();
        }
      }

      /** How many spans of it there are. */
      async function counted(trace: SentSpans): Promise<readonly [number, number]> {
        const [first, second] = await Promise.all([
          inJaeger.stored(trace.traceId, 0),
          inZipkin.stored(trace.traceId, 0),
        ]);
        return [first.length, second.length];
      }

      /** Those that are there. Each has to be there as a whole, and everywhere. */
      async function kept(traces: readonly SentSpans[]): Promise<readonly SentSpans[]> {
        const found: SentSpans[] = [];
        for (const trace of traces) {
          const counts = await counted(trace);
          if (counts[0] + counts[1] === 0) continue;
          expect(counts).toEqual([trace.spans.length, trace.spans.length]);
          found.push(trace);
        }
        return found;
      }

      it('every trace that failed, wherever in it', async () => {
        expect(await kept(failed)).toHaveLength(EACH);
        expect(await kept([failedReport])).toHaveLength(1);
      });

      it('every trace that was slow', async () => {
        expect(await kept(slow)).toHaveLength(EACH);
      });

      it('one in ten of the rest', async () => {
        const { length } = await kept(rest);

        // More than five standard deviations on either side of 40.
        expect(length).toBeGreaterThan(8);
        expect(length).toBeLessThan(80);
      });

      it('both services of an order, or neither', async () => {
        const wholes = await kept(orders);

        expect(orders.map(({ spans }) => servicesOf(spans).length)).toEqual(orders.map(() => 2));
        expect(wholes.length).toBeLessThan(orders.length);
      });
    });
  });
});

function servicesOf(spans: SentSpans['spans']): readonly unknown[] {
  return [...new Set(spans.map(({ resource }) => resource.attributes['service.name']))];
}
