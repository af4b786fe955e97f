import { SpanKind, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { expectedOtlpSpan } from '../receivers/expected-otlp-span.js';
import { carriedByOtlp } from './carried-by-otlp.js';
import { byTime, type ShownSpan, type Tags } from './jaeger-shown-span.js';

/**
 * What the pages of Jaeger have to show of a span, after the rules of OpenTelemetry for it:
 * https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/jaeger/
 *
 * What Jaeger's own form has no place for: nanoseconds, attributes of links, flags, counts of what
 * was dropped, and the elements of a list, which becomes one text. Whole numbers that are too large
 * for JavaScript are texts, too.
 */
export function expectedShownSpan(span: ReadableSpan): ShownSpan {
  const sent = carriedByOtlp(expectedOtlpSpan(span));
  const { 'service.name': service, ...process } = sent.resource;
  return {
    traceId: sent.traceId,
    spanId: sent.spanId,
    name: sent.name,
    service: String(service),
    startUs: microseconds(sent.startNs),
    durationUs: microseconds(sent.endNs - sent.startNs),
    references: [
      ...(sent.parentSpanId === '' ? [] : [`CHILD_OF ${sent.traceId} ${sent.parentSpanId}`]),
      ...sent.links.map(({ traceId, spanId }) => `FOLLOWS_FROM ${traceId} ${spanId}`),
    ],
    tags: {
      ...tagsOf(sent.attributes),
      'otel.scope.name': sent.scope.name,
      ...(sent.scope.version !== '' && { 'otel.scope.version': sent.scope.version }),
      'span.kind': SpanKind[span.kind].toLowerCase(),
      ...statusTags(span),
      ...(sent.traceState !== '' && { 'w3c.tracestate': sent.traceState }),
    },
    logs: byTime(
      sent.events.map(({ name, timeNs, attributes }) => ({
        timeUs: microseconds(timeNs),
        fields: { ...(name !== '' && { event: name }), ...tagsOf(attributes) },
      })),
    ),
    processTags: tagsOf(process),
    warnings: [],
  };
}

function statusTags({ status: { code, message } }: ReadableSpan): Tags {
  return {
    ...(code === SpanStatusCode.OK && { 'otel.status_code': 'OK' }),
    ...(code === SpanStatusCode.ERROR && { 'otel.status_code': 'ERROR', error: true }),
    ...(message !== undefined && message !== '' && { 'otel.status_description': message }),
  };
}

function tagsOf(attributes: Attributes): Tags {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      typeof value === 'number'
        ? numberOf(value)
        : Array.isArray(value)
          ? JSON.stringify(value)
          : value,
    ]),
  ) as Tags;
}

function numberOf(value: number): string | number {
  const isInt64 = Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63;
  return isInt64 && !Number.isSafeInteger(value) ? BigInt(value).toString() : value;
}

/** Cut off, not rounded. */
function microseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1000n);
}
