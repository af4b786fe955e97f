import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeJaeger, describeZipkin } from '../support/backends/describe-backend.js';
import { expectSame } from '../support/backends/expect-same.js';
import { expectedJaegerSpan } from '../support/backends/expected-jaeger-span.js';
import { expectedShownSpan } from '../support/backends/expected-shown-span.js';
import { expectedStoredZipkinSpan } from '../support/backends/expected-stored-zipkin-span.js';
import { JaegerQuery } from '../support/backends/jaeger-query.js';
import { OneService, type SentSpans } from '../support/backends/one-service.js';
import { OTLP_PROTOCOLS, otlpTo } from '../support/backends/otlp-to.js';
import { ZipkinQuery } from '../support/backends/zipkin-query.js';

const BRANCHES = 20;
/** Spans of a branch, each below the one before. */
const DEPTH = 25;

/** 500 spans below one root, as wide as they are deep. */
async function sendLargeTrace(service: OneService): Promise<SentSpans> {
  const sent = await service.send('large', (_, tracing) => {
    const grow = (branch: number, depth: number): void => {
      const attributes = { branch, depth, text: 'x'.repeat(200) };
      tracing.withSpan(`step ${branch}.${depth}`, { attributes }, (span) => {
        span.addEvent('reached', { depth });
        if (depth < DEPTH) grow(branch, depth + 1);
      });
    };
    for (let branch = 1; branch <= BRANCHES; branch++) grow(branch, 1);
  });
  expect(sent.spans).toHaveLength(1 + BRANCHES * DEPTH);
  return sent;
}

describeJaeger('a large trace', (jaeger) => {
  const query = new JaegerQuery(jaeger.query);

  describe.each(OTLP_PROTOCOLS)('over %s', (protocol) => {
    let service: OneService;
    beforeAll(async () => {
      service = await OneService.open({ exporters: otlpTo(jaeger, protocol) });
    });
    afterAll(() => service?.close());

    it('is there from its root to its last leaf', async () => {
      const { traceId, spans } = await sendLargeTrace(service);

      expectSame(spans.map(expectedJaegerSpan), await query.stored(traceId, spans.length));
      expectSame(spans.map(expectedShownSpan), await query.shown(traceId, spans.length));
    });
  });
});

describeZipkin('a large trace', (zipkin) => {
  const query = new ZipkinQuery(zipkin.server);
  let service: OneService;
  beforeAll(async () => {
    service = await OneService.open({
      exporters: { type: 'zipkin', endpoint: `${zipkin.server}/api/v2/spans` },
    });
  });
  afterAll(() => service?.close());

  it('is there from its root to its last leaf', async () => {
    const { traceId, spans } = await sendLargeTrace(service);

    expectSame(spans.map(expectedStoredZipkinSpan), await query.stored(traceId, spans.length));
  });
});
