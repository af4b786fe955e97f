import { ROOT_CONTEXT } from '@opentelemetry/api';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { ProtoWriter } from '../../../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/proto-writer.js';
import { TraceRequest } from '../../../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/trace-request.js';
import { recordSpans } from '../../../../../support/recorded-spans.js';
import { HostileSpans } from '../../../../support/hostile-spans.js';
import { Random } from '../../../../support/random.js';

/** The oracle: what the official exporters of OpenTelemetry for JavaScript send. */
function stock(spans: readonly ReadableSpan[]): Buffer {
  return Buffer.from(ProtobufTraceSerializer.serializeRequest([...spans]) ?? []);
}

function written(spans: readonly ReadableSpan[], capacity = 0): Buffer {
  const request = new TraceRequest(new ProtoWriter(capacity));
  for (const span of spans) request.add(span);
  return Buffer.from(request.finish());
}

const plainSpans = (count: number): readonly ReadableSpan[] =>
  recordSpans((tracer) => {
    for (let index = 0; index < count; index++) {
      tracer.startSpan(`span ${index}`, { attributes: { index } }, ROOT_CONTEXT).end();
    }
  });

describe('a request in protobuf', () => {
  it.each(Array.from({ length: 40 }, (_, index) => index))(
    'is byte for byte that of the stock serialiser, whatever the spans (%d)',
    (seed) => {
      const random = new Random(seed);
      const hostile = new HostileSpans(random);
      for (let round = 0; round < 10; round++) {
        const spans = random.listOf(random.between(0, 12), () => hostile.span());
        expect(written(spans).equals(stock(spans)), `round ${round}`).toBe(true);
      }
    },
    // Seconds on a busy machine: the stock serialiser takes its time.
    60_000,
  );

  it('is so wherever its buffer has to grow', () => {
    const hostile = new HostileSpans(new Random(7));
    const spans = [hostile.span(), hostile.span()];
    const expected = stock(spans);
    for (let capacity = 0; capacity < 3000; capacity++) {
      expect(written(spans, capacity).equals(expected), `capacity ${capacity}`).toBe(true);
    }
  });

  it('is so with the longest numbers in a row', () => {
    const spans = plainSpans(3).map(
      (span) =>
        Object.create(span, {
          kind: { value: -7 },
          attributes: { value: {} },
          status: { value: { code: -1 } },
          droppedAttributesCount: { value: -1 },
          droppedEventsCount: { value: -1 },
          droppedLinksCount: { value: -1 },
        }) as ReadableSpan,
    );
    const expected = stock(spans);
    for (let capacity = 0; capacity < 500; capacity++) {
      expect(written(spans, capacity).equals(expected), `capacity ${capacity}`).toBe(true);
    }
  });

  it('may have no spans, or very many', () => {
    for (const count of [0, 1, 5000]) {
      const spans = plainSpans(count);
      expect(written(spans).equals(stock(spans))).toBe(true);
    }
  });

  it('has the spans of a scope together, and those of a resource, in the order they came', () => {
    const [first, second, third] = [plainSpans(3), plainSpans(3), plainSpans(3)];
    const scope = { name: 'other', version: '2', schemaUrl: 'https://example.com/schema' };
    const withScope = (span: ReadableSpan) =>
      Object.create(span, { instrumentationScope: { value: scope } }) as ReadableSpan;
    const spans = [0, 1, 2].flatMap((index) =>
      [first, second, third].flatMap((list) => {
        const span = list[index] as ReadableSpan;
        return [span, withScope(span)];
      }),
    );
    expect(written(spans).equals(stock(spans))).toBe(true);
  });

  it('has a length of three bytes and more where the spans need it', () => {
    const text = 'x'.repeat(65_536);
    for (const count of [1, 40]) {
      const spans = recordSpans((tracer) => {
        for (let index = 0; index < count; index++) {
          tracer.startSpan('span', { attributes: { text, texts: [text, text] } }).end();
        }
      });
      expect(written(spans).equals(stock(spans))).toBe(true);
    }
  });

  it('has the names of many attributes right, more than are remembered', () => {
    const spans = recordSpans((tracer) => {
      for (let index = 0; index < 3000; index++) {
        tracer.startSpan('span', { attributes: { [`key.${index}`]: index, always: true } }).end();
      }
    });
    expect(written(spans).equals(stock(spans))).toBe(true);
    expect(written(spans).equals(stock(spans))).toBe(true);
  });

  it('is made without a span that throws', () => {
    const [before, after] = plainSpans(2) as [ReadableSpan, ReadableSpan];
    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const broken = Object.create(before, { attributes: { value: { cyclic } } }) as ReadableSpan;
    const request = new TraceRequest(new ProtoWriter(0));
    request.add(before);
    expect(() => {
      request.add(broken);
    }).toThrow(RangeError);
    request.add(after);
    expect(Buffer.from(request.finish()).equals(stock([before, after]))).toBe(true);
  });

  it('is made of a span without a name, for which the stock serialiser gives up the whole request', () => {
    const [span] = plainSpans(1) as [ReadableSpan];
    const nameless = Object.create(span, { name: { value: undefined } }) as ReadableSpan;
    const empty = Object.create(span, { name: { value: '' } }) as ReadableSpan;
    expect(() => stock([nameless])).toThrow(TypeError);
    expect(written([nameless]).equals(stock([empty]))).toBe(true);
  });
});
