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
  const { name: scope, version = '' } = span.instrumentationScope;
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
            : `${JSON.stringify(name)}: ${JSON.stringify(attributes)}`,
      })),
    }),
    tags: {
      ...texts(resource),
      ...texts(span.attributes),
      'otel.scope.name': scope,
      'otel.scope.version': version,
      ...(code === SpanStatusCode.OK && { 'otel.status_code': 'OK' }),
      ...(code === SpanStatusCode.ERROR && {
        'otel.status_code': 'ERROR',
        error: message ?? String(span.attributes['error.type'] ?? 'true'),
      }),
    },
  };
}

function texts(attributes: Attributes): Record<string, string> {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function microseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1_000_000 + Math.round(nanoseconds / 1000);
}
