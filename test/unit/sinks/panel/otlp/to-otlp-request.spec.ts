import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { describe, expect, it } from 'vitest';
import { readOtlpProtobuf } from '../../../../../libs/nestrace/src/pipeline/otlp-reading/read-otlp.js';
import type { StoredSpan } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import { importOtlp } from '../../../../../libs/nestrace/src/sinks/panel/otlp/import-otlp.js';
import { toOtlpRequest } from '../../../../../libs/nestrace/src/sinks/panel/otlp/to-otlp-request.js';
import { expectedOtlpSpan } from '../../../../support/receivers/expected-otlp-span.js';
import { decodeJson } from '../../../../support/receivers/otlp-definitions.js';
import { otlpSpansOf, type OtlpSpan } from '../../../../support/receivers/otlp-span.js';
import { LIMITS, richSpans } from '../../../pipeline/otlp-reading/expected-stored-span.js';

const RECORDED = richSpans();

function stored(): readonly StoredSpan[] {
  const bytes = ProtobufTraceSerializer.serializeRequest(RECORDED) ?? new Uint8Array();
  return readOtlpProtobuf(bytes, LIMITS).spans;
}

function first(): StoredSpan {
  const [span] = stored();
  if (span === undefined) throw new Error('no span');
  return span;
}

const write = (...spans: StoredSpan[]): string => JSON.stringify(toOtlpRequest({ spans }));

const microseconds = (nanoseconds: bigint): bigint => (nanoseconds + 500n) / 1000n;

/** A stored time is exact to a quarter of a microsecond. */
const roughly = (span: OtlpSpan): object => ({
  ...span,
  startNs: microseconds(span.startNs),
  endNs: microseconds(span.endNs),
  events: span.events.map((event) => Object.assign(event, { timeNs: microseconds(event.timeNs) })),
  // Not kept.
  links: span.links.map((link) => Object.assign(link, { flags: 0 })),
});

describe('toOtlpRequest', () => {
  it('writes what every backend of OTLP reads', () => {
    const received = otlpSpansOf(decodeJson(Buffer.from(write(...stored()))));
    expect(received.map(roughly)).toEqual(RECORDED.map(expectedOtlpSpan).map(roughly));
  });

  it('is read back without a difference', () => {
    const spans = stored();
    expect(importOtlp(write(...spans), LIMITS)).toEqual({ spans, rejected: 0 });
  });

  it('writes spans with times that are none', () => {
    const span = {
      ...first(),
      startMs: NaN,
      durationMs: NaN,
      events: [{ name: 'e', timeMs: NaN, attributes: {} }],
    };
    expect(
      toOtlpRequest({ spans: [span] }).resourceSpans[0]?.scopeSpans[0]?.spans[0],
    ).toMatchObject({
      startTimeUnixNano: '0',
      endTimeUnixNano: '0',
      events: [{ timeUnixNano: '0' }],
    });
  });

  it('puts spans of one resource together, scopes apart', () => {
    const span = first();
    const other = { ...span, source: { ...span.source, scope: { name: 'other' } } };
    const { resourceSpans } = toOtlpRequest({ spans: [span, other, span] });
    expect(
      resourceSpans.map(({ scopeSpans }) =>
        scopeSpans.map(({ scope, spans }) => [scope.name, spans.length]),
      ),
    ).toEqual([
      [
        ['tests', 2],
        ['other', 1],
      ],
    ]);
  });

  it('leaves hidden what is hidden, and says what was left out', () => {
    const span = {
      ...first(),
      attributes: { password: '[hidden]' },
      redacted: { password: 'secret name' },
      dropped: { attributes: 1, events: 2, links: 3 },
    };
    const [read] = importOtlp(write(span), LIMITS).spans;
    expect(read?.attributes).toEqual({ password: '[hidden]' });
    expect(read?.dropped).toEqual(span.dropped);
  });

  it('marks a span that has not ended', () => {
    const span = { ...first(), isOpen: true, durationMs: 12.5, attributes: { a: 1 } };
    const [read] = importOtlp(write(span), LIMITS).spans;
    expect(read).toMatchObject({
      durationMs: 12.5,
      attributes: { a: 1, 'nest.span.open': true },
    });
  });

  it('keeps what the sampler had said', () => {
    const [read] = importOtlp(write({ ...first(), isSampled: false }), LIMITS).spans;
    expect(read?.isSampled).toBe(false);
  });
});
