import { SpanKind, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { hrTimeToMilliseconds, hrTimeToNanoseconds } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_NAME } from '../../attributes.js';

/**
 * A span as plain data: what the console prints as one line of JSON, and what a tree is drawn from.
 *
 * @publicApi
 */
export interface SpanView {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** The parent lives in another process. */
  readonly parentIsRemote?: boolean;
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
  /** `service.name` of the process it comes from. */
  readonly service: string;
  /** Milliseconds since 1970, with fractions. */
  readonly startTime: number;
  readonly durationMs: number;
  readonly status: { readonly code: 'UNSET' | 'OK' | 'ERROR'; readonly message?: string };
  readonly attributes: Attributes;
  readonly events: readonly {
    readonly name: string;
    readonly time: number;
    readonly attributes: Attributes;
  }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
}

/** Takes a snapshot of an ended span. */
export function toSpanView(span: ReadableSpan): SpanView {
  const { traceId, spanId } = span.spanContext();
  const parent = span.parentSpanContext;
  return {
    traceId,
    spanId,
    ...(parent !== undefined && { parentSpanId: parent.spanId }),
    ...(parent?.isRemote === true && { parentIsRemote: true }),
    name: span.name,
    kind: SpanKind[span.kind] as SpanView['kind'],
    service: String(span.resource.attributes[ATTR_SERVICE_NAME] ?? ''),
    startTime: hrTimeToNanoseconds(span.startTime) / 1e6,
    durationMs: hrTimeToMilliseconds(span.duration),
    status: {
      code: SpanStatusCode[span.status.code] as SpanView['status']['code'],
      ...(span.status.message !== undefined && { message: span.status.message }),
    },
    attributes: { ...span.attributes },
    events: span.events.map((event) => ({
      name: event.name,
      time: hrTimeToNanoseconds(event.time) / 1e6,
      attributes: { ...event.attributes },
    })),
    links: span.links.map(({ context }) => ({ traceId: context.traceId, spanId: context.spanId })),
  };
}
