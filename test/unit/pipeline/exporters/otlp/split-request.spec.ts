import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { jsonFormat } from '../../../../../libs/nestrace/src/pipeline/exporters/otlp/json/json.format.js';
import { ProtobufFormat } from '../../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/protobuf.format.js';
import { recordSpans } from '../../../../support/recorded-spans.js';
import { decodeJson, decodeProtobuf } from '../../../../support/receivers/otlp-definitions.js';
import { otlpSpansOf } from '../../../../support/receivers/otlp-span.js';

const ENCODINGS = [
  ['protobuf', new ProtobufFormat(), decodeProtobuf],
  ['JSON', jsonFormat, decodeJson],
] as const;

/** Of two resources and two scopes, and longer than a length in one byte can say. */
function spans(): ReadableSpan[] {
  const some = (from: number): ReadableSpan[] =>
    recordSpans((tracer) => {
      for (let index = from; index < from + 5; index++) {
        const span = tracer.startSpan(`span ${index}`, {
          attributes: { index, text: 'x'.repeat(index * 40) },
        });
        span.addEvent('event', { index });
        span.end();
      }
    });
  const [first, second] = [some(0), some(5)];
  const scope = { name: 'another', version: '2' };
  const others = second.map((span, index) =>
    index % 2 === 0 ? span : Object.create(span, { instrumentationScope: { value: scope } }),
  ) as ReadableSpan[];
  return [...first, ...others];
}

describe.each(ENCODINGS)('a request in %s', (_, format, decode) => {
  const whole = format.encode(spans());
  const all = otlpSpansOf(decode(Buffer.from(whole)));

  it.each([1, 2, 5, 7, 9])('is cut behind span %i, and nothing is lost or changed', (first) => {
    const [one, other] = format.split?.(whole, first) ?? [];
    const parts = [one, other].map((part) => otlpSpansOf(decode(Buffer.from(part ?? []))));
    expect(parts.map(({ length }) => length)).toEqual([first, 10 - first]);
    expect(parts.flat()).toEqual(all);
  });

  it('can be cut again and again, down to single spans', () => {
    const names: string[] = [];
    const cut = (body: Uint8Array, count: number): void => {
      if (count === 1) {
        names.push(...otlpSpansOf(decode(Buffer.from(body))).map(({ name }) => name));
        return;
      }
      const first = Math.ceil(count / 2);
      const [one, other] = format.split?.(body, first) ?? [];
      cut(one ?? new Uint8Array(), first);
      cut(other ?? new Uint8Array(), count - first);
    };
    cut(whole, 10);
    expect(names).toEqual(all.map(({ name }) => name));
  });

  it('has no empty resources in its parts', () => {
    const [one] = format.split?.(whole, 1) ?? [];
    const { resourceSpans } = decode(Buffer.from(one ?? []));
    expect(resourceSpans).toHaveLength(1);
    expect(resourceSpans[0]?.scopeSpans).toHaveLength(1);
  });
});

describe('what may be an answer', () => {
  it.each([
    ['nothing', ''],
    ['an object in JSON', '{}'],
    ['a rejection in JSON', '{"partialSuccess":{"rejectedSpans":1}}'],
  ])('is %s', (_, text) => {
    for (const [, format] of ENCODINGS) expect(format.isAnswer?.(Buffer.from(text))).toBe(true);
  });

  it.each([
    ['a word', 'OK'],
    ['a sentence', 'thank you very much'],
    ['bytes without sense', Buffer.alloc(64, 0xff)],
  ])('is not %s', (_, answer) => {
    for (const [, format] of ENCODINGS) expect(format.isAnswer?.(Buffer.from(answer))).toBe(false);
  });

  it('is a message in protobuf', () => {
    expect(new ProtobufFormat().isAnswer(Buffer.of(10, 2, 8, 1))).toBe(true);
    expect(new ProtobufFormat().isAnswer(Buffer.of(10, 200))).toBe(false);
  });
});
