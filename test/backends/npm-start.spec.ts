import { formatTrace } from 'nestrace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeJaeger } from '../support/backends/describe-backend.js';
import { JaegerQuery } from '../support/backends/jaeger-query.js';
import { call } from '../support/client.js';
import { Demo, drawnTraces } from '../support/demo.js';
import { ORDER_TREE } from '../support/demo-order.js';
import { viewOf } from '../support/receivers/otlp-span-view.js';

const SPANS_OF_AN_ORDER = ORDER_TREE.split('\n').length;

describeJaeger('what npm start says and does', (jaeger) => {
  const query = new JaegerQuery(jaeger.query);
  let demo: Demo;
  beforeAll(async () => {
    demo = await Demo.start({
      OTEL_EXPORTER_OTLP_ENDPOINT: jaeger.grpc,
      OTEL_BSP_SCHEDULE_DELAY: '100',
    });
  }, 300_000);
  afterAll(() => demo?.stop());

  it('is the same trace as in its terminal', async () => {
    const answer = await call(`${demo.ordersUrl}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'demo' },
      body: JSON.stringify({ userId: 2, lines: [{ sku: 'coffee', quantity: 1 }] }),
    });
    const drawn = await demo.trace(answer.headers['x-trace-id']);
    const stored = await query.stored(drawn.traceId, SPANS_OF_AN_ORDER);
    const [drawnAgain] = drawnTraces(formatTrace(stored.map(viewOf)));

    expect(drawnAgain?.tree).toBe(ORDER_TREE);
    expect(drawnAgain).toEqual(drawn);
    expect(stored.flatMap(({ warnings }) => warnings)).toEqual([]);
    expect(new Set(stored.map(({ resource }) => resource['process.pid'])).size).toBe(2);
  });
});
