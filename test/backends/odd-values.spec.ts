import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeJaeger, describeZipkin } from '../support/backends/describe-backend.js';
import { expectSame } from '../support/backends/expect-same.js';
import { expectedJaegerSpan } from '../support/backends/expected-jaeger-span.js';
import { expectedShownSpan } from '../support/backends/expected-shown-span.js';
import { expectedStoredZipkinSpan } from '../support/backends/expected-stored-zipkin-span.js';
import { JaegerQuery } from '../support/backends/jaeger-query.js';
import { makeOddSpans, NOT_FINITE, ODD_ATTRIBUTES } from '../support/backends/odd-spans.js';
import { makeOddTimes, oddStart } from '../support/backends/odd-times.js';
import { OneService, type SentSpans } from '../support/backends/one-service.js';
import { OTLP_PROTOCOLS, otlpTo } from '../support/backends/otlp-to.js';
import { ZipkinQuery } from '../support/backends/zipkin-query.js';

async function sendOddValues(service: OneService): Promise<SentSpans> {
  const sent = await service.send('Odd värden \u{1f9ea}', makeOddSpans);
  // Nothing was lost on the way to the exporter, either.
  expect(sent.spans.at(-1)?.attributes).toMatchObject(ODD_ATTRIBUTES);
  return sent;
}

function sendOddTimes(service: OneService): Promise<SentSpans> {
  const startTime = oddStart();
  return service.send('times', (root, tracing) => makeOddTimes(startTime, root, tracing), {
    startTime,
  });
}

function sendNotFinite(service: OneService): Promise<SentSpans> {
  return service.send('not finite', (root) => {
    root.setAttributes(NOT_FINITE);
    root.addEvent('not finite', NOT_FINITE);
  });
}

/** Some clocks are too coarse for short spans. */
function sendNoTime(service: OneService): Promise<SentSpans> {
  const startTime = oddStart();
  return service.send('no time', (root) => root.end(startTime), { startTime });
}

describeJaeger('odd values', (jaeger) => {
  const query = new JaegerQuery(jaeger.query);

  describe.each(OTLP_PROTOCOLS)('over %s', (protocol) => {
    let service: OneService;
    beforeAll(async () => {
      service = await OneService.open({ exporters: otlpTo(jaeger, protocol) });
    });
    afterAll(() => service?.close());

    it('are stored as they were, and shown as they were', async () => {
      const { traceId, spans } = await sendOddValues(service);

      expectSame(spans.map(expectedJaegerSpan), await query.stored(traceId, spans.length));
      expectSame(spans.map(expectedShownSpan), await query.shown(traceId, spans.length));
    });

    it('are times to the nanosecond, cut to the microsecond on its pages', async () => {
      const { traceId, spans } = await sendOddTimes(service);

      expectSame(spans.map(expectedJaegerSpan), await query.stored(traceId, spans.length));
      expectSame(spans.map(expectedShownSpan), await query.shown(traceId, spans.length));
    });

    it('are numbers that are not finite, whose whole trace its pages cannot show', async () => {
      const { traceId, spans } = await sendNotFinite(service);

      expectSame(spans.map(expectedJaegerSpan), await query.stored(traceId, spans.length));
      await expect(query.shown(traceId, spans.length)).rejects.toThrow(/500.*unsupported value/);
    });

    it('are spans that took no time, which it gives a nanosecond and a warning', async () => {
      const { traceId, spans } = await sendNoTime(service);
      const [stored] = await query.stored(traceId, spans.length);
      const [expected] = spans.map(expectedJaegerSpan);

      expect(stored).toEqual({
        ...expected,
        endNs: (expected?.startNs ?? 0n) + 1n,
        warnings: [expect.stringContaining('uration')],
      });
    });
  });
});

describeZipkin('odd values', (zipkin) => {
  const query = new ZipkinQuery(zipkin.server);
  let service: OneService;
  beforeAll(async () => {
    service = await OneService.open({
      exporters: { type: 'zipkin', endpoint: `${zipkin.server}/api/v2/spans` },
    });
  });
  afterAll(() => service?.close());

  it('are stored as they were', async () => {
    const { traceId, spans } = await sendOddValues(service);

    expectSame(spans.map(expectedStoredZipkinSpan), await query.stored(traceId, spans.length));
  });

  it('are times rounded to the microsecond, and never none', async () => {
    for (const { traceId, spans } of [await sendOddTimes(service), await sendNoTime(service)]) {
      expectSame(spans.map(expectedStoredZipkinSpan), await query.stored(traceId, spans.length));
    }
  });

  it('are numbers that are not finite, by their names', async () => {
    const { traceId, spans } = await sendNotFinite(service);
    const stored = await query.stored(traceId, spans.length);

    expectSame(spans.map(expectedStoredZipkinSpan), stored);
    expect(stored[0]?.tags).toMatchObject({
      'number.none': 'NaN',
      'number.endless': 'Infinity',
      'number.endless below': '-Infinity',
      'list.not finite': '["NaN",1,"-Infinity"]',
    });
  });
});
