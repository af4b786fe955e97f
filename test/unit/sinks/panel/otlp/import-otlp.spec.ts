import { describe, expect, it } from 'vitest';
import { importOtlp } from '../../../../../libs/nestrace/src/sinks/panel/otlp/import-otlp.js';
import { LIMITS } from '../../../pipeline/otlp-reading/expected-stored-span.js';

const request = (name: string, more: object = {}): object => ({
  resourceSpans: [
    {
      scopeSpans: [
        {
          spans: [
            {
              traceId: '0af7651916cd43dd8448eb211c80319c',
              spanId: '00f067aa0ba902b7',
              name,
              startTimeUnixNano: '1700000000123456789',
              ...more,
            },
          ],
        },
      ],
    },
  ],
});

const names = (document: string): string[] => {
  const { spans, problem } = importOtlp(document, LIMITS);
  expect(problem).toBeUndefined();
  return spans.map(({ name }) => name);
};

describe('importOtlp', () => {
  it('takes a request, indented or not', () => {
    expect(names(JSON.stringify(request('a')))).toEqual(['a']);
    expect(names(`\uFEFF${JSON.stringify(request('a'), undefined, 2)}\n`)).toEqual(['a']);
  });

  it('takes a list of requests, which share their source', () => {
    const document = JSON.stringify([request('a'), request('b')]);
    expect(names(document)).toEqual(['a', 'b']);
    const [a, b] = importOtlp(document, LIMITS).spans;
    expect(a?.source).toBe(b?.source);
    expect(a?.source.isReceived).toBe(true);
  });

  it('takes a request on each line', () => {
    const lines = [JSON.stringify(request('a')), '', JSON.stringify(request('b')), ''];
    expect(names(lines.join('\r\n'))).toEqual(['a', 'b']);
  });

  it('says what it left out', () => {
    const document = JSON.stringify([request('a'), request('b', { spanId: 'x' })]);
    const { spans, rejected, problem } = importOtlp(document, LIMITS);
    expect(spans).toHaveLength(1);
    expect(rejected).toBe(1);
    expect(problem).toMatch(/^Spans that were left out: 1; a span id/);
  });

  it.each([
    ['nothing', ' \n', /empty.*resourceSpans/],
    ['prose', 'hello', /not JSON.*resourceSpans/],
    ['half a document', '{\n"resourceSpans": [', /not JSON/],
    ['a number', '5', /no document with traces.*resourceSpans/],
    ['null', 'null', /no document with traces/],
    ['another object', '{"a":1}', /no document with traces/],
    ['a list with a stranger', JSON.stringify([request('a'), {}]), /no document with traces/],
    ['Jaeger', '{"data":[{"traceID":"1","spans":[]}]}', /Jaeger.*resourceSpans/],
    ['Zipkin', '[{"traceId":"1","id":"2"}]', /Zipkin.*resourceSpans/],
    ['logs', '{"resourceLogs":[]}', /logs or metrics/],
    ['a broken request', '{"resourceSpans":{}}', /not a list/],
    ['a line that is cut', `${JSON.stringify(request('a'))}\n{"resou`, /^Line 2 .*not JSON/],
    ['brackets', '['.repeat(1000), /nested too deep/],
    ['too much', ' '.repeat(4 * 1024 * 1024 + 1), /larger than/],
  ])('says what is accepted, given %s', (_, document, problem) => {
    const result = importOtlp(document, LIMITS);
    expect(result.spans).toEqual([]);
    expect(result.problem).toMatch(problem);
  });
});
