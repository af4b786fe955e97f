import type { HrTime, Link } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import { spanFlags } from '../span-flags.js';
import { toKeyValues, type KeyValue } from './to-any-value.js';

/** A span as OTLP has it in JSON; what is `undefined` is missing there. */
export interface OtlpSpan {
  /** Ids are hexadecimal: here OTLP departs from the mapping of protobuf. */
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string | undefined;
  readonly parentSpanId: string | undefined;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount: number;
  readonly events: readonly OtlpEvent[];
  readonly droppedEventsCount: number;
  readonly links: readonly OtlpLink[];
  readonly droppedLinksCount: number;
  readonly status: { readonly code: number; readonly message: string | undefined };
  readonly flags: number;
}

interface OtlpEvent {
  readonly timeUnixNano: string;
  readonly name: string;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount: number;
}

interface OtlpLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string | undefined;
  readonly attributes: readonly KeyValue[];
  readonly droppedAttributesCount: number;
  readonly flags: number;
}

export function toOtlpSpan(span: ReadableSpan): OtlpSpan {
  const { parentSpanContext: parent, status } = span;
  const spanContext = span.spanContext();
  return {
    traceId: spanContext.traceId,
    spanId: spanContext.spanId,
    traceState: spanContext.traceState?.serialize(),
    parentSpanId: parent?.spanId,
    name: span.name,
    // The API has no value for "unspecified", so its kinds are one less.
    kind: span.kind + 1,
    startTimeUnixNano: nanoseconds(span.startTime),
    endTimeUnixNano: nanoseconds(span.endTime),
    attributes: toKeyValues(span.attributes),
    droppedAttributesCount: span.droppedAttributesCount,
    events: span.events.map(toOtlpEvent),
    droppedEventsCount: span.droppedEventsCount,
    links: span.links.map(toOtlpLink),
    droppedLinksCount: span.droppedLinksCount,
    status: { code: status.code, message: status.message },
    flags: spanFlags(spanContext, parent),
  };
}

function toOtlpEvent({ time, name, attributes, droppedAttributesCount }: TimedEvent): OtlpEvent {
  return {
    timeUnixNano: nanoseconds(time),
    name,
    attributes: toKeyValues(attributes ?? {}),
    droppedAttributesCount: droppedAttributesCount ?? 0,
  };
}

function toOtlpLink({ context, attributes, droppedAttributesCount }: Link): OtlpLink {
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    traceState: context.traceState?.serialize(),
    attributes: toKeyValues(attributes ?? {}),
    droppedAttributesCount: droppedAttributesCount ?? 0,
    flags: spanFlags(context, context),
  };
}

/** Since 1970; a double could not hold them exactly. What is no time (an invalid date) is 0. */
function nanoseconds([seconds, rest]: HrTime): string {
  if (!Number.isFinite(seconds) || !Number.isFinite(rest)) return '0';
  return String(BigInt(Math.trunc(seconds)) * 1_000_000_000n + BigInt(Math.trunc(rest)));
}
