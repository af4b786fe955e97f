import type { SpanView } from 'nestrace/testing';
import type { OtlpSpan } from './otlp-span.js';

/** A span that came over the wire, in the form of the in-memory telemetry. */
export function viewOf(span: OtlpSpan): SpanView {
  const { traceId, spanId, parentSpanId, name, kind, status, attributes } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId !== '' && { parentSpanId }),
    ...((span.flags & 0x200) !== 0 && { parentIsRemote: true }),
    name,
    kind,
    service: String(span.resource['service.name']),
    startTime: Number(span.startNs) / 1e6,
    durationMs: durationMs(span),
    status: { code: status.code, ...(status.message !== '' && { message: status.message }) },
    attributes,
    events: span.events.map((event) => ({
      name: event.name,
      time: Number(event.timeNs) / 1e6,
      attributes: event.attributes,
    })),
    links: span.links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
  };
}

function durationMs({ startNs, endNs }: OtlpSpan): number {
  const seconds = (endNs - startNs) / 1_000_000_000n;
  return Number(seconds) * 1e3 + Number((endNs - startNs) % 1_000_000_000n) / 1e6;
}
