import { SpanKind, SpanStatusCode, type HrTime, type SpanContext } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { OtlpSpan } from './otlp-span.js';

/** https://opentelemetry.io/docs/specs/otlp/: who reads a span has to know whether this was known. */
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/** What a backend has to see of a span. Written from the specification, not from the exporter. */
export function expectedOtlpSpan(span: ReadableSpan): OtlpSpan {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  const parent = span.parentSpanContext;
  return {
    traceId,
    spanId,
    parentSpanId: parent?.spanId ?? '',
    traceState: traceState?.serialize() ?? '',
    flags: flagsOf(traceFlags, parent),
    name: span.name,
    kind: SpanKind[span.kind] as OtlpSpan['kind'],
    startNs: nanoseconds(span.startTime),
    endNs: nanoseconds(span.endTime),
    status: {
      code: SpanStatusCode[span.status.code] as OtlpSpan['status']['code'],
      message: span.status.message ?? '',
    },
    attributes: span.attributes,
    events: span.events.map(({ name, time, attributes }) => ({
      name,
      timeNs: nanoseconds(time),
      attributes: attributes ?? {},
    })),
    links: span.links.map(({ context, attributes }) => ({
      traceId: context.traceId,
      spanId: context.spanId,
      traceState: context.traceState?.serialize() ?? '',
      flags: flagsOf(context.traceFlags, context),
      attributes: attributes ?? {},
    })),
    dropped: {
      attributes: span.droppedAttributesCount,
      events: span.droppedEventsCount,
      links: span.droppedLinksCount,
    },
    resource: span.resource.attributes,
    scope: {
      name: span.instrumentationScope.name,
      version: span.instrumentationScope.version ?? '',
    },
  };
}

function flagsOf(traceFlags: number, context: SpanContext | undefined): number {
  return traceFlags | HAS_IS_REMOTE | (context?.isRemote === true ? IS_REMOTE : 0);
}

function nanoseconds([seconds, rest]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}
