import type { SpanCollector } from '../span-collector.js';
import type { SpanDraft } from '../span-draft.js';
import {
  field,
  idOf,
  integerOf,
  isObject,
  listOf,
  numberOf,
  objectOf,
  textOf,
  type JsonObject,
} from './json-fields.js';
import { readJsonAttributes } from './read-json-attributes.js';

const KINDS = {
  SPAN_KIND_UNSPECIFIED: 0,
  SPAN_KIND_INTERNAL: 1,
  SPAN_KIND_SERVER: 2,
  SPAN_KIND_CLIENT: 3,
  SPAN_KIND_PRODUCER: 4,
  SPAN_KIND_CONSUMER: 5,
} as const;

const STATUS_CODES = { STATUS_CODE_UNSET: 0, STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 } as const;

/** What has the wrong type is taken as if it were not there. */
export function readJsonSpan(span: JsonObject, collector: SpanCollector): SpanDraft {
  const { maxLength } = collector;
  const draft = collector.newDraft();
  draft.traceId = idOf(field(span, 'traceId'));
  draft.spanId = idOf(field(span, 'spanId'));
  draft.parentSpanId = idOf(field(span, 'parentSpanId'));
  draft.name = textOf(field(span, 'name'), maxLength);
  draft.kind = numberOf(field(span, 'kind'), KINDS);
  draft.flags = numberOf(field(span, 'flags'));
  draft.startNs = nanosecondsOf(field(span, 'startTimeUnixNano'));
  draft.endNs = nanosecondsOf(field(span, 'endTimeUnixNano'));
  const status = objectOf(field(span, 'status'));
  draft.statusCode = numberOf(field(status, 'code'), STATUS_CODES);
  draft.statusMessage = textOf(field(status, 'message'), maxLength);
  draft.droppedAttributes = numberOf(field(span, 'droppedAttributesCount'));
  draft.droppedEvents = numberOf(field(span, 'droppedEventsCount'));
  draft.droppedLinks = numberOf(field(span, 'droppedLinksCount'));
  readJsonAttributes(field(span, 'attributes'), draft.attributes, maxLength);
  for (const event of listOf(field(span, 'events'))) readEvent(event, draft, collector);
  for (const link of listOf(field(span, 'links'))) readLink(link, draft, collector);
  return draft;
}

function readEvent(event: unknown, draft: SpanDraft, collector: SpanCollector): void {
  if (draft.hasAllEvents || !isObject(event)) {
    draft.droppedEvents++;
    return;
  }
  const bag = collector.newBag();
  readJsonAttributes(field(event, 'attributes'), bag, collector.maxLength);
  draft.events.push({
    name: textOf(field(event, 'name'), collector.maxLength),
    timeNs: nanosecondsOf(field(event, 'timeUnixNano')),
    attributes: bag.values,
  });
}

function readLink(link: unknown, draft: SpanDraft, collector: SpanCollector): void {
  if (draft.hasAllLinks || !isObject(link)) {
    draft.droppedLinks++;
    return;
  }
  const bag = collector.newBag();
  readJsonAttributes(field(link, 'attributes'), bag, collector.maxLength);
  const context = { traceId: idOf(field(link, 'traceId')), spanId: idOf(field(link, 'spanId')) };
  draft.addLink({ context, attributes: bag.values });
}

function nanosecondsOf(value: unknown): bigint {
  return integerOf(value) ?? 0n;
}
