import { SpanStatusCode } from '@opentelemetry/api';
import {
  ATTR_CODE_FILE_PATH,
  ATTR_CODE_LINE_NUMBER,
  LEGACY,
} from '../../../pipeline/attributes.js';
import type { SpanStore } from '../../../pipeline/span-store/span-store.js';
import type {
  StoredEvent,
  StoredSpan,
  StoredTrace,
} from '../../../pipeline/span-store/stored-span.js';
import type { ShownEvent, ShownLink, SpanDetail } from '../contract/index.js';
import { exceptionOf, isException } from '../errors/error-items.js';
import { nameOf } from '../traces/entry.js';
import { selfTimes } from '../tree/self-times.js';
import { toMicros } from '../tree/span-times.js';
import { treeOf } from '../tree/trace-tree.js';
import { linksTo } from './back-links.js';
import { numberOf, textOf } from './read-attributes.js';
import { groupedAttributes, shownAttributes } from './shown-attributes.js';
import { shownException } from './shown-exception.js';
import { kindName } from './span-kinds.js';
import { parseStack, topInApp } from './stack-frames.js';

/** What it takes besides the trace to show one of its spans. */
export interface SpanDetailContext {
  /** For the spans it links to, and those that link to it. */
  readonly store: SpanStore;
  /** A span as OTLP/JSON. */
  raw(span: StoredSpan): unknown;
}

/** All there is to know of a span. */
export function spanDetail(
  trace: StoredTrace,
  spanId: string,
  { store, raw }: SpanDetailContext,
): SpanDetail | undefined {
  const tree = treeOf(trace);
  const row = tree.rowOf.get(spanId);
  const place = row === undefined ? undefined : tree.rows[row];
  const span = place?.span;
  if (row === undefined || place === undefined || span === undefined) return undefined;
  const code = codeOf(span);
  const { source } = span;
  return {
    traceId: trace.traceId,
    spanId,
    ...(span.parentSpanId !== undefined && { parentSpanId: span.parentSpanId }),
    name: nameOf(span),
    kind: kindName(span.kind),
    status: statusName(span.statusCode),
    ...(span.statusMessage !== undefined && { statusMessage: span.statusMessage }),
    start: toMicros(place.startMs - tree.startMs),
    duration: toMicros(place.endMs - place.startMs),
    self: toMicros(selfTimes(tree)[row] ?? 0),
    open: span.isOpen,
    service: source.service,
    attributes: groupedAttributes(span.attributes, span.redacted),
    events: span.events.map((event) => shownEvent(event, place.startMs, !source.isReceived)),
    links: span.links.map(({ context, attributes }) => {
      return shownLink(store, context.traceId, context.spanId, shownAttributes(attributes));
    }),
    backLinks: linksTo(store, trace.traceId, spanId).map(({ from, link }) => {
      return shownLink(store, from.traceId, from.spanId, shownAttributes(link.attributes));
    }),
    resource: shownAttributes(source.resource),
    scope: source.scope,
    dropped: span.dropped,
    ...(code !== undefined && { code }),
    injected: (span.injected ?? []).map(([name, value]) => ({ name, value })),
    raw: raw(span),
  };
}

function statusName(code: SpanStatusCode): SpanDetail['status'] {
  if (code === SpanStatusCode.ERROR) return 'error';
  return code === SpanStatusCode.OK ? 'ok' : 'unset';
}

function shownEvent(event: StoredEvent, startMs: number, isOurs: boolean): ShownEvent {
  return {
    name: event.name,
    at: Number.isFinite(event.timeMs) ? toMicros(event.timeMs - startMs) : 0,
    attributes: shownAttributes(event.attributes),
    ...(isException(event) && { exception: shownException(exceptionOf(event), isOurs) }),
  };
}

function shownLink(
  store: SpanStore,
  traceId: string,
  spanId: string,
  attributes: ShownLink['attributes'],
): ShownLink {
  const trace = store.trace(traceId);
  const row = trace && treeOf(trace).rowOf.get(spanId);
  const span = trace && row !== undefined ? treeOf(trace).rows[row]?.span : undefined;
  return {
    traceId,
    spanId,
    ...(span !== undefined && { name: nameOf(span) }),
    here: span !== undefined,
    attributes,
  };
}

/** Where the code is: as the span says, else where its exception came from. */
function codeOf({ attributes, events }: StoredSpan): SpanDetail['code'] {
  const path = textOf(attributes, ATTR_CODE_FILE_PATH, LEGACY.CODE_FILEPATH);
  if (path !== undefined) {
    const line = numberOf(attributes, ATTR_CODE_LINE_NUMBER, LEGACY.CODE_LINENO);
    return { path, ...(line !== undefined && { line }) };
  }
  const exception = events.find(isException);
  const top = exception && topInApp(parseStack(exceptionOf(exception).stack ?? ''));
  const { file, line } = top?.frame ?? {};
  return file === undefined ? undefined : { path: file, ...(line !== undefined && { line }) };
}
