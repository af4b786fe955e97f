import { SPAN, EVENT, LINK, STATUS } from '../../exporters/otlp/protobuf/span-fields.js';
import type { SpanCollector } from '../span-collector.js';
import type { SpanDraft } from '../span-draft.js';
import { readAttribute } from './read-attributes.js';
import type { ProtoReader } from './proto-reader.js';

const TRACE_ID_BYTES = 16;
const SPAN_ID_BYTES = 8;

export function readSpan(reader: ProtoReader, collector: SpanCollector): SpanDraft {
  const draft = collector.newDraft();
  const { maxLength } = collector;
  while (reader.next()) {
    switch (reader.tag) {
      case SPAN.TRACE_ID:
        draft.traceId = reader.id(TRACE_ID_BYTES);
        break;
      case SPAN.SPAN_ID:
        draft.spanId = reader.id(SPAN_ID_BYTES);
        break;
      case SPAN.PARENT_SPAN_ID:
        draft.parentSpanId = reader.id(SPAN_ID_BYTES);
        break;
      case SPAN.NAME:
        draft.name = reader.text(maxLength);
        break;
      case SPAN.KIND:
        draft.kind = reader.uint32();
        break;
      case SPAN.START_TIME:
        draft.startNs = reader.fixed64();
        break;
      case SPAN.END_TIME:
        draft.endNs = reader.fixed64();
        break;
      case SPAN.ATTRIBUTES:
        readAttribute(reader, draft.attributes, maxLength);
        break;
      case SPAN.DROPPED_ATTRIBUTES:
        draft.droppedAttributes = reader.uint32();
        break;
      case SPAN.EVENTS:
        readEvent(reader, draft, collector);
        break;
      case SPAN.DROPPED_EVENTS:
        draft.droppedEvents += reader.uint32();
        break;
      case SPAN.LINKS:
        readLink(reader, draft, collector);
        break;
      case SPAN.DROPPED_LINKS:
        draft.droppedLinks += reader.uint32();
        break;
      case SPAN.STATUS:
        readStatus(reader.message(), draft, maxLength);
        break;
      case SPAN.FLAGS:
        draft.flags = reader.fixed32();
        break;
      default:
        reader.skip();
    }
  }
  return draft;
}

function readEvent(list: ProtoReader, draft: SpanDraft, collector: SpanCollector): void {
  if (draft.hasAllEvents) {
    list.skip();
    draft.droppedEvents++;
    return;
  }
  const reader = list.message();
  const bag = collector.newBag();
  let name = '';
  let timeNs = 0n;
  while (reader.next()) {
    if (reader.tag === EVENT.TIME) timeNs = reader.fixed64();
    else if (reader.tag === EVENT.NAME) name = reader.text(collector.maxLength);
    else if (reader.tag === EVENT.ATTRIBUTES) readAttribute(reader, bag, collector.maxLength);
    else reader.skip();
  }
  draft.events.push({ name, timeNs, attributes: bag.values });
}

function readLink(list: ProtoReader, draft: SpanDraft, collector: SpanCollector): void {
  if (draft.hasAllLinks) {
    list.skip();
    draft.droppedLinks++;
    return;
  }
  const reader = list.message();
  const bag = collector.newBag();
  let traceId = '';
  let spanId = '';
  while (reader.next()) {
    if (reader.tag === LINK.TRACE_ID) traceId = reader.id(TRACE_ID_BYTES);
    else if (reader.tag === LINK.SPAN_ID) spanId = reader.id(SPAN_ID_BYTES);
    else if (reader.tag === LINK.ATTRIBUTES) readAttribute(reader, bag, collector.maxLength);
    else reader.skip();
  }
  draft.addLink({ context: { traceId, spanId }, attributes: bag.values });
}

function readStatus(reader: ProtoReader, draft: SpanDraft, maxLength: number): void {
  while (reader.next()) {
    if (reader.tag === STATUS.MESSAGE) draft.statusMessage = reader.text(maxLength);
    else if (reader.tag === STATUS.CODE) draft.statusCode = reader.uint32();
    else reader.skip();
  }
}
