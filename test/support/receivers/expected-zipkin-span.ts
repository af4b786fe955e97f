import { SpanKind, SpanStatusCode, type Attributes, type HrTime } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ReceivedZipkinSpan } from './zipkin.receiver.js';

/**
 * What Zipkin has to see of a span, after the rules for exporters:
 * https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/
 */
export function expectedZipkinSpan(span: ReadableSpan): ReceivedZipkinSpan {
  const { traceId, spanId } = span.spanContext();
  const { 'service.name': serviceName, ...resource } = span.resource.attributes;
  const { name: scope, version } = span.instrumentationScope;
  const { code, message } = span.status;
  const parentId = span.parentSpanContext?.spanId;
  const isCall = span.kind === SpanKind.CLIENT || span.kind === SpanKind.PRODUCER;
  const address = isCall ? span.attributes['server.address'] : undefined;
  const port = span.attributes['server.port'];
  return {
    traceId,
    id: spanId,
    ...(parentId !== undefined && { parentId }),
    name: span.name,
    ...(span.kind !== SpanKind.INTERNAL && { kind: SpanKind[span.kind] }),
    timestamp: microseconds(span.startTime),
    duration: Math.max(1, microseconds(span.duration)),
    localEndpoint: { serviceName: String(serviceName) },
    ...(address !== undefined && {
      remoteEndpoint: {
        serviceName: String(address),
        ...(typeof port === 'number' && { port }),
      },
    }),
    ...(span.events.length > 0 && {
      annotations: span.events.map(({ name, time, attributes = {} }) => ({
        timestamp: microseconds(time),
        value:
          Object.keys(attributes).length === 0
            ? name
            : `${JSON.stringify(name)}: ${json(attributes)}`,
      })),
    }),
    tags: {
      ...texts(resource),
      ...texts(span.attributes),
      'otel.scope.name': scope,
      ...(version !== undefined && { 'otel.scope.version': version }),
      ...(code === SpanStatusCode.OK && { 'otel.status_code': 'OK' }),
      ...(code === SpanStatusCode.ERROR && {
        'otel.status_code': 'ERROR',
        error: message ?? String(span.attributes['error.type'] ?? 'true'),
      }),
      ...dropped('attributes', span.droppedAttributesCount),
      ...dropped('events', span.droppedEventsCount),
      ...dropped('links', span.droppedLinksCount),
    },
  };
}

function texts(attributes: Attributes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      Array.isArray(value) ? json(value) : String(value),
    ]),
  );
}

/** JSON has no such numbers. */
function json(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'number' && !Number.isFinite(item) ? String(item) : item,
  );
}

function dropped(what: string, count: number): Record<string, string> {
  return count === 0 ? {} : { [`otel.dropped_${what}_count`]: String(count) };
}

function microseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1_000_000 + Math.round(nanoseconds / 1000);
}
