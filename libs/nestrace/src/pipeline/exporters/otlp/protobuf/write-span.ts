import type { HrTime, Link, SpanContext, SpanKind, SpanStatus } from '@opentelemetry/api';
import type { ReadableSpan, TimedEvent } from '@opentelemetry/sdk-trace';
import { spanFlags } from '../span-flags.js';
import type { ProtoWriter } from './proto-writer.js';
import { SPAN, EVENT, LINK, STATUS } from './span-fields.js';
import { writeAttributes } from './write-attributes.js';

/** A span of a few attributes: its length takes two bytes. */
const USUAL_LENGTH = 256;

/** The message of a span, with its length. */
export function writeSpan(writer: ProtoWriter, span: ReadableSpan): void {
  const { parentSpanContext: parent } = span;
  const spanContext = span.spanContext();
  writer.reserve();
  const start = writer.begin(USUAL_LENGTH);
  writeIds(writer, spanContext);
  if (parent?.spanId) {
    writer.tag(SPAN.PARENT_SPAN_ID);
    writer.id(parent.spanId);
  }
  writer.tag(SPAN.NAME);
  writer.string(span.name);
  writeKind(writer, span.kind);
  writer.tag(SPAN.START_TIME);
  writeTime(writer, span.startTime);
  writer.tag(SPAN.END_TIME);
  writeTime(writer, span.endTime);
  writeAttributes(writer, SPAN.ATTRIBUTES, span.attributes);
  writer.tag(SPAN.DROPPED_ATTRIBUTES);
  writer.varint(span.droppedAttributesCount);
  for (const event of span.events) writeEvent(writer, event);
  writer.tag(SPAN.DROPPED_EVENTS);
  writer.varint(span.droppedEventsCount);
  for (const link of span.links) writeLink(writer, link);
  writer.tag(SPAN.DROPPED_LINKS);
  writer.varint(span.droppedLinksCount);
  writeStatus(writer, span.status);
  writer.tag(SPAN.FLAGS);
  writer.fixed32(spanFlags(spanContext, parent));
  writer.end(start);
}

/** Trace, span and trace state have the same numbers in a span and in a link. */
function writeIds(writer: ProtoWriter, { traceId, spanId, traceState }: SpanContext): void {
  writer.tag(SPAN.TRACE_ID);
  writer.id(traceId);
  writer.tag(SPAN.SPAN_ID);
  writer.id(spanId);
  const state = traceState?.serialize();
  if (!state) return;
  writer.tag(SPAN.TRACE_STATE);
  writer.string(state);
}

/** The API has no value for "unspecified", so its kinds are one less. */
function writeKind(writer: ProtoWriter, kind: SpanKind | undefined): void {
  const number = (kind ?? -1) + 1;
  if (number === 0) return;
  writer.tag(SPAN.KIND);
  writer.varint(number);
}

function writeEvent(writer: ProtoWriter, event: TimedEvent): void {
  writer.reserve();
  writer.tag(SPAN.EVENTS);
  const start = writer.begin(USUAL_LENGTH);
  writer.tag(EVENT.TIME);
  writeTime(writer, event.time);
  writer.tag(EVENT.NAME);
  writer.string(event.name);
  if (event.attributes) writeAttributes(writer, EVENT.ATTRIBUTES, event.attributes);
  writer.tag(EVENT.DROPPED_ATTRIBUTES);
  writer.varint(event.droppedAttributesCount ?? 0);
  writer.end(start);
}

function writeLink(writer: ProtoWriter, link: Link): void {
  writer.reserve();
  writer.tag(SPAN.LINKS);
  const start = writer.begin(0);
  writeIds(writer, link.context);
  if (link.attributes) writeAttributes(writer, LINK.ATTRIBUTES, link.attributes);
  writer.tag(LINK.DROPPED_ATTRIBUTES);
  writer.varint(link.droppedAttributesCount ?? 0);
  writer.tag(LINK.FLAGS);
  writer.fixed32(spanFlags(link.context, link.context));
  writer.end(start);
}

function writeStatus(writer: ProtoWriter, { code, message }: SpanStatus): void {
  writer.tag(SPAN.STATUS);
  const start = writer.begin(0);
  if (message) {
    writer.tag(STATUS.MESSAGE);
    writer.string(message);
  }
  writer.tag(STATUS.CODE);
  writer.varint(code);
  writer.end(start);
}

/**
 * Nanoseconds since 1970 take more bits than a number can hold exactly. So the seconds are
 * multiplied in two parts of 16 bits and more, each product small enough, and the sum is put
 * together from halves.
 */
function writeTime(writer: ProtoWriter, time: HrTime): void {
  const seconds = time[0];
  const lower = (seconds & 0xffff) * 1e9;
  const upper = ((seconds / 0x1_0000) >>> 0) * 1e9;
  const low = (lower >>> 0) + (((upper & 0xffff) << 16) >>> 0) + time[1];
  const high =
    Math.floor(lower / 0x1_0000_0000) +
    ((upper / 0x1_0000) >>> 0) +
    Math.floor(low / 0x1_0000_0000);
  writer.fixed64(low, high);
}
