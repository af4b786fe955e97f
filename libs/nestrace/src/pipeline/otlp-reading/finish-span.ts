import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { SpanSource, StoredSpan } from '../span-store/stored-span.js';
import { isSpanId, isTraceId, type SpanDraft } from './span-draft.js';

const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;
const SAMPLED = 0x01;

/** The year 2100: clocks are wrong by hours, and units by powers of a thousand. */
const LATEST_NS = 4_102_444_800_000_000_000n;

/** 1971: seconds or milliseconds in place of nanoseconds are before it. */
const EARLIEST_NS = 31_536_000_000_000_000n;

/** By their numbers in OTLP; the first is "unspecified". */
const KINDS: readonly SpanKind[] = [
  SpanKind.INTERNAL,
  SpanKind.INTERNAL,
  SpanKind.SERVER,
  SpanKind.CLIENT,
  SpanKind.PRODUCER,
  SpanKind.CONSUMER,
];

const STATUS_CODES: readonly SpanStatusCode[] = [
  SpanStatusCode.UNSET,
  SpanStatusCode.OK,
  SpanStatusCode.ERROR,
];

const NOTHING_DROPPED: StoredSpan['dropped'] = Object.freeze({
  attributes: 0,
  events: 0,
  links: 0,
});

/** What is wrong with a span, or `undefined`. */
export function faultOf(draft: SpanDraft): string | undefined {
  if (!isTraceId(draft.traceId)) {
    return 'a trace id has to be 32 hexadecimal digits (16 bytes), not all of them zero';
  }
  if (!isSpanId(draft.spanId)) {
    return 'a span id has to be 16 hexadecimal digits (8 bytes), not all of them zero';
  }
  if (!isSpanId(draft.parentSpanId) && !/^0*$/.test(draft.parentSpanId)) {
    return 'the id of a parent has to be 16 hexadecimal digits (8 bytes), or empty';
  }
  if (!isTime(draft.startNs)) {
    return 'a span has to have a start between 1971 and 2100, in nanoseconds since 1970';
  }
  return undefined;
}

/** Only for drafts without a fault. An end before the start is taken for the start. */
export function finishSpan(draft: SpanDraft, source: SpanSource): StoredSpan {
  const parentSpanId = isSpanId(draft.parentSpanId) ? draft.parentSpanId : undefined;
  const kind = KINDS[draft.kind] ?? SpanKind.INTERNAL;
  const startMs = milliseconds(draft.startNs);
  return {
    traceId: draft.traceId,
    spanId: draft.spanId,
    parentSpanId,
    hasRemoteParent: parentSpanId !== undefined && isRemote(draft.flags, kind),
    name: draft.name,
    kind,
    startMs,
    durationMs: isTime(draft.endNs) ? Math.max(0, Number(draft.endNs - draft.startNs) / 1e6) : 0,
    isOpen: false,
    statusCode: STATUS_CODES[draft.statusCode] ?? SpanStatusCode.UNSET,
    statusMessage: draft.statusMessage === '' ? undefined : draft.statusMessage,
    attributes: draft.attributes.values,
    events: draft.events.map(({ name, timeNs, attributes }) => ({
      name,
      timeMs: isTime(timeNs) ? milliseconds(timeNs) : startMs,
      attributes,
    })),
    links: draft.links,
    source,
    isSampled: (draft.flags & HAS_IS_REMOTE) === 0 || (draft.flags & SAMPLED) !== 0,
    dropped: droppedOf(draft),
    redacted: undefined,
    incoming: undefined,
    injected: undefined,
  };
}

/** Senders that do not fill in the flags at all only send what is sampled. */
function isRemote(flags: number, kind: SpanKind): boolean {
  if ((flags & HAS_IS_REMOTE) !== 0) return (flags & IS_REMOTE) !== 0;
  return kind === SpanKind.SERVER || kind === SpanKind.CONSUMER;
}

function droppedOf(draft: SpanDraft): StoredSpan['dropped'] {
  const attributes = draft.droppedAttributes + draft.attributes.dropped;
  const { droppedEvents: events, droppedLinks: links } = draft;
  return attributes + events + links === 0 ? NOTHING_DROPPED : { attributes, events, links };
}

function isTime(nanoseconds: bigint): boolean {
  return nanoseconds >= EARLIEST_NS && nanoseconds <= LATEST_NS;
}

/** In two parts: all at once they would be rounded twice. */
function milliseconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1_000_000n) + Number(nanoseconds % 1_000_000n) / 1e6;
}
