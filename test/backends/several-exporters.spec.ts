import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { describeJaeger, describeZipkin } from '../support/backends/describe-backend.js';
import { expectSame } from '../support/backends/expect-same.js';
import { expectedJaegerSpan } from '../support/backends/expected-jaeger-span.js';
import { expectedStoredZipkinSpan } from '../support/backends/expected-stored-zipkin-span.js';
import { JaegerQuery } from '../support/backends/jaeger-query.js';
import { otlpTo } from '../support/backends/otlp-to.js';
import { Shop } from '../support/backends/shop.js';
import { ZipkinQuery } from '../support/backends/zipkin-query.js';

describeJaeger('spans that go several ways', (jaeger) => {
  describeZipkin('and', (zipkin) => {
    it('are the same wherever they go', async () => {
      const memory = new InMemorySpanExporter();
      const shop = await Shop.open({
        exporters: [
          otlpTo(jaeger, 'http/protobuf'),
          { type: 'zipkin', endpoint: `${zipkin.server}/api/v2/spans` },
          memory,
        ],
      });
      try {
        const { traceId, spans } = await shop.order('teapot');
        const inMemory = memory
          .getFinishedSpans()
          .filter((span) => span.spanContext().traceId === traceId);
        const inJaeger = await new JaegerQuery(jaeger.query).stored(traceId, spans.length);
        const inZipkin = await new ZipkinQuery(zipkin.server).stored(traceId, spans.length);

        expectSame(spans.map(expectedJaegerSpan), inMemory.map(expectedJaegerSpan));
        expectSame(spans.map(expectedJaegerSpan), inJaeger);
        expectSame(spans.map(expectedStoredZipkinSpan), inZipkin);
        expect(inJaeger.map(({ spanId }) => spanId).toSorted()).toEqual(
          inZipkin.map(({ id }) => id).toSorted(),
        );
      } finally {
        await shop.close();
      }
    });
  });
});
