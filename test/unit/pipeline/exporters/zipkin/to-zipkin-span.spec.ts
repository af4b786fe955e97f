import {
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type SpanOptions,
} from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import type { ReadableSpan, SpanLimits } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import {
  toZipkinSpan,
  type ZipkinSpan,
} from '../../../../../libs/nestrace/src/pipeline/exporters/zipkin/to-zipkin-span.js';
import { recordSpans } from '../../../../support/recorded-spans.js';

/** What every span of the tests has. */
const COMMON_TAGS = {
  'service.version': '1.2.3',
  'otel.scope.name': 'tests',
  'otel.scope.version': '0.0.1',
};

function zipkinSpan(
  options: SpanOptions = {},
  fill: (span: Span) => void = () => {},
  spanLimits: SpanLimits = {},
): ZipkinSpan {
  const [span] = recordSpans(
    (tracer) => {
      const started = tracer.startSpan(
        'GET /orders',
        { startTime: [1_700_000_000, 123_456_789], ...options },
        ROOT_CONTEXT,
      );
      fill(started);
      started.end([1_700_000_001, 0]);
    },
    { spanLimits },
  );
  return toZipkinSpan(span as ReadableSpan);
}

describe('toZipkinSpan', () => {
  it('gives ids, name, service and times in microseconds', () => {
    let ids = { traceId: '', spanId: '' };
    const span = zipkinSpan({}, (started) => {
      ids = started.spanContext();
    });
    expect(span).toEqual({
      traceId: ids.traceId,
      id: ids.spanId,
      name: 'GET /orders',
      timestamp: 1_700_000_000_123_457,
      duration: 876_543,
      localEndpoint: { serviceName: 'orders' },
      tags: COMMON_TAGS,
    });
  });

  it('names the parent, near or far', () => {
    const remote = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: '00f067aa0ba902b7',
      traceFlags: 1,
      isRemote: true,
    };
    const [child, root] = recordSpans((tracer) => {
      const parent = tracer.startSpan('root', {}, trace.setSpanContext(ROOT_CONTEXT, remote));
      tracer.startSpan('child', {}, trace.setSpan(ROOT_CONTEXT, parent)).end();
      parent.end();
    }).map(toZipkinSpan);
    expect(root?.parentId).toBe(remote.spanId);
    expect(root?.traceId).toBe(remote.traceId);
    expect(child?.parentId).toBe(root?.id);
  });

  it.each([
    [SpanKind.INTERNAL, undefined],
    [SpanKind.SERVER, 'SERVER'],
    [SpanKind.CLIENT, 'CLIENT'],
    [SpanKind.PRODUCER, 'PRODUCER'],
    [SpanKind.CONSUMER, 'CONSUMER'],
  ])('translates kind %i', (kind, expected) => {
    expect(zipkinSpan({ kind }).kind).toBe(expected);
  });

  it('never says that a span took no time at all', () => {
    const [span] = recordSpans((tracer) => {
      const started = tracer.startSpan('instant', { startTime: [1_700_000_000, 5] });
      started.end([1_700_000_000, 6]);
    });
    expect(toZipkinSpan(span as ReadableSpan).duration).toBe(1);
  });

  it('writes attributes of every type as text', () => {
    const { tags } = zipkinSpan({
      attributes: {
        text: 'täxt',
        empty: '',
        yes: true,
        no: false,
        zero: 0,
        fraction: -1.5,
        texts: ['a', '"b"'],
        numbers: [1, 2.5],
        flags: [true, false],
        nothing: [],
      },
    });
    expect(tags).toEqual({
      ...COMMON_TAGS,
      text: 'täxt',
      empty: '',
      yes: 'true',
      no: 'false',
      zero: '0',
      fraction: '-1.5',
      texts: '["a","\\"b\\""]',
      numbers: '[1,2.5]',
      flags: '[true,false]',
      nothing: '[]',
    });
  });

  it('writes numbers that are not finite as they are called, in lists too', () => {
    const given = { none: Number.NaN, endless: -Infinity, list: [1, Number.NaN, Infinity] };
    const { tags, annotations } = zipkinSpan({ attributes: given }, (span) => {
      span.addEvent('null', given, [1_700_000_000, 0]);
    });
    expect(tags).toEqual({
      ...COMMON_TAGS,
      none: 'NaN',
      endless: '-Infinity',
      list: '[1,"NaN","Infinity"]',
    });
    expect(annotations).toEqual([
      {
        timestamp: 1_700_000_000_000_000,
        value: '"null": {"none":"NaN","endless":"-Infinity","list":[1,"NaN","Infinity"]}',
      },
    ]);
  });

  it('lets an attribute of the span win over one of the resource', () => {
    expect(zipkinSpan({ attributes: { 'service.version': '2' } }).tags).toEqual({
      ...COMMON_TAGS,
      'service.version': '2',
    });
  });

  it('writes events as annotations, with their attributes where they have some', () => {
    const { annotations } = zipkinSpan({}, (span) => {
      span.addEvent('bare', [1_700_000_000, 200_000_000]);
      span.addEvent('cache "miss"', { key: 'a', tries: 2 }, [1_700_000_000, 300_000_499]);
    });
    expect(annotations).toEqual([
      { timestamp: 1_700_000_000_200_000, value: 'bare' },
      {
        timestamp: 1_700_000_000_300_000,
        value: '"cache \\"miss\\"": {"key":"a","tries":2}',
      },
    ]);
  });

  it('says nothing of a status that was not set', () => {
    const { tags } = zipkinSpan();
    expect(tags).not.toHaveProperty('error');
    expect(tags).not.toHaveProperty(['otel.status_code']);
  });

  it('says that a span is fine when it was said to be', () => {
    const { tags } = zipkinSpan({}, (span) => span.setStatus({ code: SpanStatusCode.OK }));
    expect(tags).toEqual({ ...COMMON_TAGS, 'otel.status_code': 'OK' });
  });

  it.each([
    ['its message', { message: 'queue is full' }, {}, 'queue is full'],
    ['the type of the error', {}, { 'error.type': 'TimeoutError' }, 'TimeoutError'],
    ['the type, where the message is empty', { message: '' }, { 'error.type': '503' }, '503'],
    ['nothing but that', {}, {}, 'true'],
  ])('marks a failed span with %s', (_, status, attributes, expected) => {
    const { tags } = zipkinSpan({ attributes }, (span) => {
      span.setStatus({ code: SpanStatusCode.ERROR, ...status });
    });
    expect(tags).toEqual({
      ...COMMON_TAGS,
      ...attributes,
      'otel.status_code': 'ERROR',
      error: expected,
    });
  });

  it('counts what the span had to drop', () => {
    const { tags } = zipkinSpan(
      {
        attributes: { a: 1, b: 2, c: 3 },
        links: [1, 2].map((digit) => ({
          context: { traceId: `${digit}`.repeat(32), spanId: `${digit}`.repeat(16), traceFlags: 1 },
        })),
      },
      (span) => {
        for (const name of ['first', 'second', 'third', 'fourth']) span.addEvent(name);
      },
      { attributeCountLimit: 1, eventCountLimit: 1, linkCountLimit: 1 },
    );
    expect(tags).toEqual({
      ...COMMON_TAGS,
      a: '1',
      'otel.dropped_attributes_count': '2',
      'otel.dropped_events_count': '3',
      'otel.dropped_links_count': '1',
    });
  });

  describe('the other end', () => {
    const attributes = { 'server.address': 'inventory.local', 'server.port': 8080 };

    it.each([SpanKind.CLIENT, SpanKind.PRODUCER])('is named for kind %i', (kind) => {
      expect(zipkinSpan({ kind, attributes }).remoteEndpoint).toEqual({
        serviceName: 'inventory.local',
        port: 8080,
      });
    });

    it('has a port only where one is known', () => {
      const known = { 'server.address': 'inventory.local' };
      expect(zipkinSpan({ kind: SpanKind.CLIENT, attributes: known }).remoteEndpoint).toEqual({
        serviceName: 'inventory.local',
      });
    });

    it.each([SpanKind.SERVER, SpanKind.CONSUMER, SpanKind.INTERNAL])(
      'is not named for kind %i, whose address is its own',
      (kind) => {
        expect(zipkinSpan({ kind, attributes }).remoteEndpoint).toBeUndefined();
      },
    );

    it('is not named where it is not known', () => {
      expect(zipkinSpan({ kind: SpanKind.CLIENT }).remoteEndpoint).toBeUndefined();
    });
  });
});
