import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeJaeger, describeZipkin } from '../support/backends/describe-backend.js';
import { expectSame } from '../support/backends/expect-same.js';
import { expectedJaegerSpan } from '../support/backends/expected-jaeger-span.js';
import { expectedShownSpan } from '../support/backends/expected-shown-span.js';
import { expectedStoredZipkinSpan } from '../support/backends/expected-stored-zipkin-span.js';
import { JaegerQuery, type StoredSpan } from '../support/backends/jaeger-query.js';
import { distinct, operationsOf } from '../support/backends/operations-of.js';
import { OTLP_PROTOCOLS, otlpTo } from '../support/backends/otlp-to.js';
import { Shop, type SentTrace } from '../support/backends/shop.js';
import { ZipkinQuery } from '../support/backends/zipkin-query.js';
import { ORDER_TREE } from '../support/demo-order.js';

const SPANS_OF_AN_ORDER = ORDER_TREE.split('\n').length;

/** An order, one that cannot be served, and one of a caller that has a trace already. */
interface Sent {
  readonly shop: Shop;
  readonly order: SentTrace;
  readonly outOfStock: SentTrace;
  readonly continued: SentTrace;
  readonly callerSpanId: string;
}

async function sendOrders(exporters: Parameters<typeof Shop.open>[0]['exporters']): Promise<Sent> {
  const shop = await Shop.open({ exporters });
  const callerSpanId = randomBytes(8).toString('hex');
  return {
    shop,
    callerSpanId,
    order: await shop.order('coffee'),
    outOfStock: await shop.order('grinder'),
    continued: await shop.order('mug', {
      traceparent: `00-${randomBytes(16).toString('hex')}-${callerSpanId}-01`,
      tracestate: 'vendor=value,other=1',
    }),
  };
}

function withoutWarnings(span: StoredSpan): StoredSpan {
  return { ...span, warnings: [] };
}

/** What is compared has everything in it that is to be compared. */
function expectWorthComparing({ order, outOfStock, continued, callerSpanId }: Sent): void {
  expect(order.answer.status).toBe(201);
  expect(order.spans).toHaveLength(SPANS_OF_AN_ORDER);
  expect(new Set(order.spans.map(({ resource }) => resource)).size).toBe(2);
  expect(outOfStock.answer.status).toBe(409);
  expect(outOfStock.spans.flatMap(({ events }) => events.map(({ name }) => name))).toContain(
    'exception',
  );
  expect(continued.spans.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toContain(
    callerSpanId,
  );
}

describeJaeger('orders of the demo', (jaeger) => {
  const query = new JaegerQuery(jaeger.query);

  describe.each(OTLP_PROTOCOLS)('over %s', (protocol) => {
    let sent: Sent;
    beforeAll(async () => {
      sent = await sendOrders(otlpTo(jaeger, protocol));
    });
    afterAll(() => sent?.shop.close());

    it('have every span of both services as it was, to the nanosecond', async () => {
      expectWorthComparing(sent);
      for (const { traceId, spans } of [sent.order, sent.outOfStock]) {
        const stored = await query.stored(traceId, spans.length);
        expectSame(spans.map(expectedJaegerSpan), stored);
      }
    });

    it('are the part of a trace that others have begun, without their span', async () => {
      const { traceId, spans } = sent.continued;
      const stored = await query.stored(traceId, spans.length);
      const warned = stored.filter(({ warnings }) => warnings.length > 0);

      expectSame(spans.map(expectedJaegerSpan), stored.map(withoutWarnings));
      expect(warned.map(({ name, parentSpanId }) => [name, parentSpanId])).toEqual([
        ['POST /orders', sent.callerSpanId],
      ]);
    });

    it('are shown on its pages, without a warning', async () => {
      for (const { traceId, spans } of [sent.order, sent.outOfStock]) {
        const shown = await query.shown(traceId, spans.length);
        expectSame(spans.map(expectedShownSpan), shown);
      }
    });

    it('are listed by service and by what it does', async () => {
      expect(await query.services()).toEqual(expect.arrayContaining([...sent.shop.services]));
      for (const service of sent.shop.services) {
        const spans = sent.shop.sentBy(service);
        expect(await query.operations(service)).toEqual(operationsOf(spans));
      }
    });
  });
});

describeZipkin('orders of the demo', (zipkin) => {
  const query = new ZipkinQuery(zipkin.server);

  let sent: Sent;
  beforeAll(async () => {
    sent = await sendOrders({ type: 'zipkin', endpoint: `${zipkin.server}/api/v2/spans` });
  });
  afterAll(() => sent?.shop.close());

  it('have every span of both services as it was, to the microsecond', async () => {
    expectWorthComparing(sent);
    for (const { traceId, spans } of [sent.order, sent.outOfStock, sent.continued]) {
      const stored = await query.stored(traceId, spans.length);
      expectSame(spans.map(expectedStoredZipkinSpan), stored);
    }
  });

  it('are listed by service, by what it does, and by whom it calls', async () => {
    expect(await query.services()).toEqual(expect.arrayContaining([...sent.shop.services]));
    for (const service of sent.shop.services) {
      const spans = sent.shop.sentBy(service).map(expectedStoredZipkinSpan);
      const names = spans.flatMap(({ name }) => name ?? []);
      const called = spans.flatMap(({ remoteEndpoint }) => remoteEndpoint?.serviceName ?? []);
      expect(await query.operations(service)).toEqual(distinct(names));
      expect(await query.remoteServices(service)).toEqual(distinct(called));
    }
  });
});
