import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import { jsonFormat } from '../../../../../../libs/nestrace/src/pipeline/exporters/otlp/json/json.format.js';
import { recordSpans } from '../../../../../support/recorded-spans.js';

const text = (spans: ReadableSpan[]): string => Buffer.from(jsonFormat.encode(spans)).toString();

function spanWith(value: string): ReadableSpan[] {
  return recordSpans((tracer) => {
    tracer.startSpan(value, { attributes: { [value]: value, list: [value] } }).end();
  });
}

describe('OTLP in JSON', () => {
  it.each([
    ['a\ud83d', 'a\ufffd'],
    ['\ude00a', '\ufffda'],
    ['\\ud83d', '\\ud83d'],
    ['\u{1f600}', '\u{1f600}'],
    ['\u2028"\\\0', '\u2028"\\\0'],
  ])('has %j as %j: half a surrogate pair would make a backend refuse all', (given, expected) => {
    const { resourceSpans } = JSON.parse(text(spanWith(given))) as {
      resourceSpans: [{ scopeSpans: [{ spans: [{ name: string; attributes: unknown }] }] }];
    };
    const [span] = resourceSpans[0].scopeSpans[0].spans;
    expect(span.name).toBe(expected);
    expect(span.attributes).toEqual([
      { key: expected, value: { stringValue: expected } },
      { key: 'list', value: { arrayValue: { values: [{ stringValue: expected }] } } },
    ]);
  });

  it('reads a count that comes as text, as 64-bit numbers do', () => {
    const answer = Buffer.from('{"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}}');
    expect(jsonFormat.partialSuccess?.(answer)).toMatchObject({ rejectedSpans: 3, message: 'no' });
  });

  it('is that of the stock serialiser, but that 64-bit numbers are text', () => {
    const spans = recordSpans((tracer) => {
      const attributes = { list: ['a', 'b'], flag: true, whole: [1, -2], fraction: 0.5 };
      const span = tracer.startSpan('span', { attributes });
      span.addEvent('event', attributes);
      span.addLink({ context: span.spanContext() });
      span.end();
    });
    const stock = Buffer.from(JsonTraceSerializer.serializeRequest(spans) ?? []).toString();
    expect(JSON.parse(text(spans))).toEqual(
      JSON.parse(stock, (key, value: unknown) => (key === 'intValue' ? String(value) : value)),
    );
  });

  it('has 0 for what is no time, and refuses nothing for it', () => {
    const spans = recordSpans((tracer) => {
      tracer.startSpan('shipped').addEvent('when', new Date('no date')).end();
    });
    expect(text(spans)).toContain('"timeUnixNano":"0"');
  });

  it('refuses a span that cannot be written by itself, and has the others', () => {
    const [good, bad] = recordSpans((tracer) => {
      tracer.startSpan('good').end();
      tracer.startSpan('bad').end();
    }) as [ReadableSpan, ReadableSpan];
    bad.links.push({ context: undefined as never });
    const body = jsonFormat.startBody?.();
    expect(() => body?.add(bad)).toThrow(TypeError);
    body?.add(good);
    const written = Buffer.from(body?.finish() ?? []).toString();
    expect(written).toContain('"name":"good"');
    expect(written).not.toContain('bad');
  });
});
