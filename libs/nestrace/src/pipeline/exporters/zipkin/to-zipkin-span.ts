import { SpanKind, SpanStatusCode, type Attributes, type HrTime } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import {
  ATTR_ERROR_TYPE,
  ATTR_OTEL_DROPPED_ATTRIBUTES_COUNT,
  ATTR_OTEL_DROPPED_EVENTS_COUNT,
  ATTR_OTEL_DROPPED_LINKS_COUNT,
  ATTR_OTEL_SCOPE_NAME,
  ATTR_OTEL_SCOPE_VERSION,
  ATTR_OTEL_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_SERVICE_NAME,
} from '../../attributes.js';

/** A span as Zipkin takes it: https://zipkin.io/zipkin-api/#/default/post_spans */
export interface ZipkinSpan {
  readonly traceId: string;
  readonly id: string;
  readonly parentId?: string;
  readonly name: string;
  readonly kind?: 'CLIENT' | 'SERVER' | 'PRODUCER' | 'CONSUMER';
  /** Microseconds since 1970. */
  readonly timestamp: number;
  /** Microseconds, at least 1: Zipkin reads 0 as "unknown". */
  readonly duration: number;
  readonly localEndpoint: { readonly serviceName: string };
  readonly remoteEndpoint?: { readonly serviceName: string; readonly port?: number };
  readonly annotations?: readonly { readonly timestamp: number; readonly value: string }[];
  readonly tags: Readonly<Record<string, string>>;
}

const KINDS: Partial<Record<SpanKind, NonNullable<ZipkinSpan['kind']>>> = {
  [SpanKind.CLIENT]: 'CLIENT',
  [SpanKind.SERVER]: 'SERVER',
  [SpanKind.PRODUCER]: 'PRODUCER',
  [SpanKind.CONSUMER]: 'CONSUMER',
};

/**
 * Brings a span into Zipkin's form.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk_exporters/zipkin/
 */
export function toZipkinSpan(span: ReadableSpan): ZipkinSpan {
  const { traceId, spanId } = span.spanContext();
  const kind = KINDS[span.kind];
  const remoteEndpoint = remoteEndpointOf(span);
  const parentId = span.parentSpanContext?.spanId;
  return {
    traceId,
    id: spanId,
    ...(parentId !== undefined && { parentId }),
    name: span.name,
    ...(kind !== undefined && { kind }),
    timestamp: microseconds(span.startTime),
    duration: Math.max(1, microseconds(span.duration)),
    localEndpoint: { serviceName: String(span.resource.attributes[ATTR_SERVICE_NAME]) },
    ...(remoteEndpoint !== undefined && { remoteEndpoint }),
    ...(span.events.length > 0 && { annotations: span.events.map(toAnnotation) }),
    tags: tagsOf(span),
  };
}

/** Rounded before the sum: after it a double has no digits left for what is being rounded. */
function microseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1e6 + Math.round(nanoseconds / 1e3);
}

/** Only a span that calls out has another end. */
function remoteEndpointOf(span: ReadableSpan): ZipkinSpan['remoteEndpoint'] {
  if (span.kind !== SpanKind.CLIENT && span.kind !== SpanKind.PRODUCER) return undefined;
  const address = span.attributes[ATTR_SERVER_ADDRESS];
  if (typeof address !== 'string') return undefined;
  const port = span.attributes[ATTR_SERVER_PORT];
  return { serviceName: address, ...(typeof port === 'number' && { port }) };
}

function toAnnotation(event: TimedEvent): { timestamp: number; value: string } {
  const hasAttributes = event.attributes !== undefined && Object.keys(event.attributes).length > 0;
  return {
    timestamp: microseconds(event.time),
    value: hasAttributes
      ? `${JSON.stringify(event.name)}: ${toJson(event.attributes)}`
      : event.name,
  };
}

function tagsOf(span: ReadableSpan): Record<string, string> {
  const { status, instrumentationScope: scope } = span;
  const tags = { ...asText(span.resource.attributes), ...asText(span.attributes) };
  delete tags[ATTR_SERVICE_NAME];
  tags[ATTR_OTEL_SCOPE_NAME] = scope.name;
  if (scope.version !== undefined) tags[ATTR_OTEL_SCOPE_VERSION] = scope.version;
  if (status.code !== SpanStatusCode.UNSET) {
    tags[ATTR_OTEL_STATUS_CODE] = status.code === SpanStatusCode.OK ? 'OK' : 'ERROR';
  }
  if (status.code === SpanStatusCode.ERROR) {
    // Zipkin shows a span as failed by the presence of this tag, so it must not be empty.
    tags['error'] = status.message || tags[ATTR_ERROR_TYPE] || 'true';
  }
  count(tags, ATTR_OTEL_DROPPED_ATTRIBUTES_COUNT, span.droppedAttributesCount);
  count(tags, ATTR_OTEL_DROPPED_EVENTS_COUNT, span.droppedEventsCount);
  count(tags, ATTR_OTEL_DROPPED_LINKS_COUNT, span.droppedLinksCount);
  return tags;
}

function count(tags: Record<string, string>, name: string, value: number): void {
  if (value > 0) tags[name] = String(value);
}

function asText(attributes: Attributes): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const [key, value] of Object.entries(attributes)) {
    tags[key] = Array.isArray(value) ? toJson(value) : String(value);
  }
  return tags;
}

/** JSON has no NaN and no infinity. It would make null of them, which is another thing. */
function toJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text.includes('null') ? JSON.stringify(value, finite) : text;
}

function finite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
