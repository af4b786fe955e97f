import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { describe, expect, it } from 'vitest';
import { jsonFormat } from '../../../../libs/nestrace/src/pipeline/exporters/otlp/json/json.format.js';
import { ProtobufFormat } from '../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/protobuf.format.js';
import {
  readOtlpJson,
  readOtlpProtobuf,
} from '../../../../libs/nestrace/src/pipeline/otlp-reading/read-otlp.js';
import { ReceivedSources } from '../../../../libs/nestrace/src/pipeline/otlp-reading/received-sources.js';
import type {
  OtlpReading,
  ReadingLimits,
} from '../../../../libs/nestrace/src/pipeline/otlp-reading/reading.js';
import type { StoredSpan } from '../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import { encodeProtobuf } from '../../../support/receivers/otlp-definitions.js';
import { recordSpans } from '../../../support/recorded-spans.js';
import { expectedStoredSpan, LIMITS, REMOTE, richSpans } from './expected-stored-span.js';

const read = (text: unknown, limits: ReadingLimits = LIMITS): OtlpReading =>
  readOtlpJson(typeof text === 'string' ? text : JSON.stringify(text), limits);

/** Requests in JSON that are read in either encoding. */
const ENCODINGS = [
  ['JSON', (message: object, limits?: ReadingLimits) => read(message, limits)],
  [
    'protobuf',
    (message: object, limits: ReadingLimits = LIMITS) =>
      readOtlpProtobuf(encodeProtobuf(message), limits),
  ],
] as const;

const SPAN = {
  traceId: REMOTE.traceId,
  spanId: REMOTE.spanId,
  name: 'work',
  startTimeUnixNano: '1700000000123456789',
  endTimeUnixNano: '1700000000223456789',
};

function request(...spans: unknown[]): object {
  return { resourceSpans: [{ scopeSpans: [{ spans }] }] };
}

function only({ spans }: OtlpReading): StoredSpan {
  const [span, ...more] = spans;
  if (span === undefined || more.length > 0) throw new Error(`${spans.length} spans, not one`);
  return span;
}

const RECORDED = richSpans();

describe('spans of an exporter', () => {
  it.each([
    ['own protobuf', () => readOtlpProtobuf(new ProtobufFormat().encode(RECORDED), LIMITS)],
    ['own JSON', () => read(Buffer.from(jsonFormat.encode(RECORDED)).toString())],
    [
      'stock protobuf',
      () =>
        readOtlpProtobuf(
          ProtobufTraceSerializer.serializeRequest(RECORDED) ?? new Uint8Array(),
          LIMITS,
        ),
    ],
    [
      'stock JSON',
      () => read(Buffer.from(JsonTraceSerializer.serializeRequest(RECORDED) ?? []).toString()),
    ],
  ])('are read with all they have: %s', (_, reading) => {
    const { spans, ...rest } = reading();
    expect(spans).toEqual(RECORDED.map(expectedStoredSpan));
    expect(rest).toEqual({ rejected: 0 });
  });

  it('share the source of their scope, over several requests as well', () => {
    const sources = new ReceivedSources();
    const format = new ProtobufFormat();
    const first = readOtlpProtobuf(format.encode(RECORDED), LIMITS, sources).spans;
    const second = readOtlpProtobuf(format.encode(RECORDED), LIMITS, sources).spans;
    expect(new Set([...first, ...second].map(({ source }) => source)).size).toBe(1);
  });
});

describe.each(ENCODINGS)('a request in %s', (_, reading) => {
  it('may come without anything that is optional', () => {
    const span = only(reading(request(SPAN)));
    expect(span).toMatchObject({
      parentSpanId: undefined,
      hasRemoteParent: false,
      kind: SpanKind.INTERNAL,
      statusCode: SpanStatusCode.UNSET,
      statusMessage: undefined,
      durationMs: 100,
      isSampled: true,
      source: { service: 'unknown_service', scope: { name: '' }, isReceived: true },
    });
  });

  it('makes text of what attributes have no type for', () => {
    const attributes = [
      {
        key: 'object',
        value: {
          kvlistValue: {
            values: [
              { key: '__proto__', value: { stringValue: 'x' } },
              { key: 'list', value: { arrayValue: { values: [{ intValue: '1' }, {}] } } },
            ],
          },
        },
      },
      {
        key: 'mixed',
        value: { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }] } },
      },
      { key: 'bytes', value: { bytesValue: Buffer.from('hello').toString('base64') } },
      { key: 'none', value: {} },
      { key: 'exact', value: { intValue: '9007199254740993' } },
      { key: '__proto__', value: { stringValue: 'polluted' } },
    ];
    const span = only(reading(request({ ...SPAN, attributes })));
    expect(Object.entries(span.attributes)).toEqual([
      ['object', '{"__proto__":"x","list":[1,null]}'],
      ['mixed', '["a",1]'],
      ['bytes', 'aGVsbG8='],
      ['none', ''],
      ['exact', '9007199254740993'],
      ['__proto__', 'polluted'],
    ]);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(Object.getPrototypeOf(span.attributes)).toBeNull();
  });

  it('keeps to the bounds, and counts what is beyond', () => {
    const attributes = ['a', 'b', 'c'].map((key) => ({ key, value: { stringValue: 'v' } }));
    const link = { traceId: SPAN.traceId, spanId: SPAN.spanId };
    const span = only(
      reading(
        request({
          ...SPAN,
          attributes,
          droppedAttributesCount: 5,
          events: [{ name: 'one' }, { name: 'two' }, { name: 'three' }],
          droppedEventsCount: 7,
          links: [link, link, { ...link, spanId: '0000000000000000' }],
        }),
        { maxAttributes: 2, maxEvents: 1, maxLinks: 1, maxValueLength: 100 },
      ),
    );
    expect(Object.keys(span.attributes)).toEqual(['a', 'b']);
    expect(span.events.map(({ name }) => name)).toEqual(['one']);
    expect(span.links).toHaveLength(1);
    expect(span.dropped).toEqual({ attributes: 6, events: 9, links: 2 });
  });

  it('cuts what is far too long, and not through a character', () => {
    const long = { stringValue: '\u{1f600}'.repeat(5000) };
    const list = { arrayValue: { values: Array.from({ length: 3000 }, () => ({ intValue: 1 })) } };
    const attributes = [
      { key: 'long', value: long },
      { key: 'list', value: list },
      { key: 'k'.repeat(300), value: long },
    ];
    const span = only(
      reading(request({ ...SPAN, name: long.stringValue, attributes }), {
        ...LIMITS,
        maxValueLength: 100,
      }),
    );
    expect(span.attributes['long']).toBe('\u{1f600}'.repeat(100));
    expect(span.name).toBe('\u{1f600}'.repeat(100));
    expect(span.attributes['list']).toHaveLength(1000);
    expect(span.dropped.attributes).toBe(2);
  });

  it('does not follow values that are nested without end', () => {
    let value: object = { stringValue: 'bottom' };
    for (let depth = 0; depth < 12; depth++) value = { arrayValue: { values: [value] } };
    const span = only(reading(request({ ...SPAN, attributes: [{ key: 'deep', value }] })));
    expect(span.attributes['deep']).toBe('[[[[[[[[]]]]]]]]');
    expect(span.dropped.attributes).toBe(1);
  });

  it.each([
    ['no trace id', { traceId: '' }],
    ['a trace id of zeros', { traceId: '0'.repeat(32) }],
    ['a span id that is too short', { spanId: 'abcd' }],
    ['a parent that is no id', { parentSpanId: 'abcd' }],
    ['no start', { startTimeUnixNano: '0' }],
    ['a start in seconds', { startTimeUnixNano: '1700000000' }],
    ['a start at the end of time', { startTimeUnixNano: '18446744073709551615' }],
  ])('is taken without a span that has %s', (__, fault) => {
    const { spans, rejected, reason } = reading(request({ ...SPAN, ...fault }, SPAN));
    expect(spans).toHaveLength(1);
    expect(rejected).toBe(1);
    expect(reason).toMatch(/has to (be|have)/);
  });

  it('may have an end before the start, and events at no time', () => {
    const span = only(
      reading(
        request({ ...SPAN, endTimeUnixNano: '1', events: [{ name: 'e', timeUnixNano: '0' }] }),
      ),
    );
    expect(span.durationMs).toBe(0);
    expect(span.events[0]?.timeMs).toBe(span.startMs);
  });

  it('tells a parent elsewhere from one that is here', () => {
    const child = { ...SPAN, parentSpanId: 'b7ad6b7169203331' };
    const isRemote = (more: object): boolean =>
      only(reading(request({ ...child, ...more }))).hasRemoteParent;
    expect(isRemote({ kind: 2 })).toBe(true);
    expect(isRemote({ kind: 3 })).toBe(false);
    expect(isRemote({ kind: 2, flags: 0x101 })).toBe(false);
    expect(isRemote({ kind: 3, flags: 0x301 })).toBe(true);
    expect(only(reading(request({ ...SPAN, parentSpanId: '0000000000000000' })))).toMatchObject({
      parentSpanId: undefined,
      hasRemoteParent: false,
    });
  });

  it('says whether a sampler had said no', () => {
    expect(only(reading(request({ ...SPAN, flags: 0x100 }))).isSampled).toBe(false);
    expect(only(reading(request({ ...SPAN, flags: 0x101 }))).isSampled).toBe(true);
  });
});

describe('OTLP in JSON', () => {
  it('takes ids in upper case, names of enumerations, numbers as numbers, and what is unknown', () => {
    const span = only(
      read(
        request({
          ...SPAN,
          traceId: SPAN.traceId.toUpperCase(),
          kind: 'SPAN_KIND_CLIENT',
          status: { code: 'STATUS_CODE_ERROR', message: 'no' },
          startTimeUnixNano: 1_700_000_000_000_000_000,
          endTimeUnixNano: 1_700_000_001_000_000_000,
          droppedLinksCount: '3',
          attributes: [
            { key: 'int', value: { intValue: -7, other: 1 } },
            { key: 'double', value: { doubleValue: 'NaN' } },
            { key: 'null', value: { stringValue: null, boolValue: true } },
          ],
          newField: { a: [1] },
        }),
      ),
    );
    expect(span).toMatchObject({
      traceId: SPAN.traceId,
      kind: SpanKind.CLIENT,
      statusCode: SpanStatusCode.ERROR,
      statusMessage: 'no',
      durationMs: 1000,
      dropped: { links: 3 },
      attributes: { int: -7, double: Number.NaN, null: true },
    });
  });

  it('takes what has the wrong type for missing', () => {
    const span = only(
      read(
        request({
          ...SPAN,
          name: 5,
          kind: [],
          status: 'bad',
          attributes: { a: 1 },
          events: [1, null, { name: {}, timeUnixNano: {} }],
          links: 'none',
          flags: -1,
        }),
      ),
    );
    expect(span).toMatchObject({ name: '', kind: SpanKind.INTERNAL, attributes: {}, links: [] });
    expect(span.events).toHaveLength(1);
  });

  it('rejects a span that is not an object', () => {
    expect(read(request(null, 'x', SPAN))).toMatchObject({
      rejected: 2,
      reason: 'a span is not an object',
    });
  });

  it.each([
    ['', /not JSON/],
    ['{"resourceSpans":', /not JSON/],
    ['[]', /not an object/],
    ['null', /not an object/],
    ['{"resourceSpans":{}}', /"resourceSpans" is not a list/],
    ['{"resourceSpans":[{"scopeSpans":5}]}', /"scopeSpans" is not a list/],
    [`${'['.repeat(100)}${']'.repeat(100)}`, /nested too deep/],
  ])('says what is wrong with %s', (text, problem) => {
    const reading = read(text);
    expect(reading.problem).toMatch(problem);
    expect(reading.spans).toEqual([]);
  });

  it('takes a request without spans', () => {
    expect(read('{}')).toEqual({ spans: [], rejected: 0 });
    expect(readOtlpProtobuf(new Uint8Array(), LIMITS)).toEqual({ spans: [], rejected: 0 });
  });
});

it('keeps spans of several scopes apart', () => {
  const spans = recordSpans((tracer) => tracer.startSpan('a').end());
  const other = recordSpans((tracer) => tracer.startSpan('b').end());
  const reading = readOtlpProtobuf(new ProtobufFormat().encode([...spans, ...other]), LIMITS);
  expect(reading.spans.map(({ name }) => name)).toEqual(['a', 'b']);
});
