import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { jsonFormat } from '../../../../../libs/nestrace/src/pipeline/exporters/otlp/json/json.format.js';
import { ProtobufFormat } from '../../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/protobuf.format.js';
import { expectedOtlpSpan } from '../../../../support/receivers/expected-otlp-span.js';
import {
  decodeJson,
  decodeProtobuf,
  encodeResponse,
} from '../../../../support/receivers/otlp-definitions.js';
import { otlpSpansOf } from '../../../../support/receivers/otlp-span.js';
import { recordSpans } from '../../../../support/recorded-spans.js';

const ENCODINGS = [
  ['protobuf', new ProtobufFormat(), decodeProtobuf],
  ['JSON', jsonFormat, decodeJson],
] as const;

/** Spans with everything a span can have. */
function richSpans(): ReadableSpan[] {
  return recordSpans((tracer) => {
    const remote = {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: '00f067aa0ba902b7',
      traceFlags: 1,
      isRemote: true,
    };
    const root = tracer.startSpan(
      'root',
      { kind: SpanKind.SERVER, startTime: [1_700_000_000, 123_456_789] },
      trace.setSpanContext(ROOT_CONTEXT, remote),
    );
    root.setAttributes({
      text: 'täxt \u{1f600}',
      empty: '',
      yes: true,
      no: false,
      zero: 0,
      whole: 42,
      negative: -42,
      large: 2 ** 40,
      beyondSafe: 2 ** 60,
      fraction: 0.1,
      negativeFraction: -1.5,
      tiny: 5e-324,
      texts: ['a', '', 'c'],
      numbers: [1, 2.5, -3],
      flags: [true, false],
      nothing: [],
    });
    root.addEvent('cache miss', { key: 'orders:1', tries: 3 }, [1_700_000_000, 223_456_789]);
    root.addEvent('bare', [1_700_000_000, 323_456_789]);
    const child = tracer.startSpan(
      'child',
      {
        kind: SpanKind.PRODUCER,
        startTime: [1_700_000_001, 1],
        links: [
          { context: { ...remote, traceFlags: 0 }, attributes: { why: 'batch', size: 2 } },
          { context: root.spanContext() },
        ],
      },
      trace.setSpan(ROOT_CONTEXT, root),
    );
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'queue is full' });
    child.end([1_700_000_001, 999_999_999]);
    root.setStatus({ code: SpanStatusCode.OK });
    root.end([1_700_000_002, 0]);
  });
}

describe.each(ENCODINGS)('OTLP in %s', (_, format, decode) => {
  it('writes everything a span has, to the nanosecond', () => {
    const spans = richSpans();
    expect(otlpSpansOf(decode(format.encode(spans)))).toEqual(spans.map(expectedOtlpSpan));
  });

  it('keeps whole numbers apart from fractions', () => {
    const spans = recordSpans((tracer) => {
      tracer.startSpan('span', { attributes: { whole: 3, fraction: 0.5, list: [1, 1.5] } }).end();
    });
    const [span] = decode(format.encode(spans)).resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    expect(span?.attributes).toEqual([
      { key: 'whole', value: { intValue: '3' } },
      { key: 'fraction', value: { doubleValue: 0.5 } },
      { key: 'list', value: { arrayValue: { values: [{ intValue: '1' }, { doubleValue: 1.5 }] } } },
    ]);
  });

  it('counts what a span had to drop', () => {
    const spans = recordSpans(
      (tracer) => {
        const span = tracer.startSpan('span', {
          attributes: { a: 1, b: 2, c: 3 },
          links: [1, 2, 3, 4].map((digit) => ({
            context: {
              traceId: String(digit).repeat(32),
              spanId: String(digit).repeat(16),
              traceFlags: 1,
            },
          })),
        });
        for (const name of ['first', 'second', 'third']) span.addEvent(name);
        span.end();
      },
      { spanLimits: { attributeCountLimit: 2, eventCountLimit: 2, linkCountLimit: 1 } },
    );
    const [span] = otlpSpansOf(decode(format.encode(spans)));
    expect(span?.dropped).toEqual({ attributes: 1, events: 1, links: 3 });
  });

  it('writes resource and scope once for many spans', () => {
    const spans = recordSpans((tracer) => {
      for (let count = 0; count < 50; count++) tracer.startSpan(`span ${count}`).end();
    });
    const { resourceSpans } = decode(format.encode(spans));
    expect(resourceSpans).toHaveLength(1);
    expect(resourceSpans[0]?.scopeSpans).toHaveLength(1);
    expect(resourceSpans[0]?.scopeSpans[0]?.spans).toHaveLength(50);
  });

  const answerOf = (partial?: { rejectedSpans: number; errorMessage: string }): Uint8Array =>
    decode === decodeProtobuf
      ? encodeResponse(partial)
      : Buffer.from(JSON.stringify(partial === undefined ? {} : { partialSuccess: partial }));

  it('reads how many spans the backend rejected, and why', () => {
    const answer = answerOf({ rejectedSpans: 3, errorMessage: 'too old' });
    expect(format.partialSuccess?.(answer)).toMatchObject({ rejectedSpans: 3, message: 'too old' });
  });

  it('has a reason of its own when the backend gives none', () => {
    const answer = answerOf({ rejectedSpans: 3, errorMessage: '' });
    expect(format.partialSuccess?.(answer)?.message).toBe('the backend rejected 3 spans');
  });

  it.each([
    ['an empty one', new Uint8Array()],
    ['a whole success', answerOf()],
    ['nothing rejected', answerOf({ rejectedSpans: 0, errorMessage: '' })],
    ['garbage', Buffer.alloc(64, 0xff)],
    ['a web page', Buffer.from('<!doctype html><title>Welcome</title>')],
    ['null', Buffer.from('null')],
  ])('takes an answer for success: %s', (_name, answer) => {
    expect(format.partialSuccess?.(answer)).toBeUndefined();
  });
});
