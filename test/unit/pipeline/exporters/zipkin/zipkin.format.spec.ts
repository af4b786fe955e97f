import { describe, expect, it } from 'vitest';
import { toZipkinSpan } from '../../../../../libs/nestrace/src/pipeline/exporters/zipkin/to-zipkin-span.js';
import { zipkinFormat } from '../../../../../libs/nestrace/src/pipeline/exporters/zipkin/zipkin.format.js';
import { recordSpans } from '../../../../support/recorded-spans.js';

describe('zipkinFormat', () => {
  it('writes a list of spans as UTF-8 JSON', () => {
    const spans = recordSpans((tracer) => {
      tracer.startSpan('eins').end();
      tracer.startSpan('zwö', { attributes: { emoji: '\u{1f600}' } }).end();
    });
    const bytes = zipkinFormat.encode(spans);
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(spans.map(toZipkinSpan));
  });

  it('knows no partial success, since Zipkin has none', () => {
    expect(zipkinFormat.partialSuccess).toBeUndefined();
  });
});
