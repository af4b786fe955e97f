import { ATTR_NEST_SPAN_OPEN } from '../../../pipeline/attributes.js';
import { toKeyValues } from '../../../pipeline/exporters/otlp/json/to-any-value.js';
import type { OtlpSpan } from '../../../pipeline/exporters/otlp/json/to-otlp-span.js';
import type {
  StoredEvent,
  StoredLink,
  StoredSpan,
} from '../../../pipeline/span-store/stored-span.js';

const SAMPLED = 0x001;
const HAS_IS_REMOTE = 0x100;
const IS_REMOTE = 0x200;

/**
 * A span as OTLP has it in JSON, with what was hidden still hidden. OTLP has no spans that have not
 * ended: such a one ends where it is now, and says so.
 */
export function toOtlpSpan(span: StoredSpan): OtlpSpan {
  const start = nanoseconds(span.startMs);
  const { attributes, dropped, isOpen } = span;
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    traceState: undefined,
    parentSpanId: span.parentSpanId,
    name: span.name,
    // The API has no value for "unspecified", so its kinds are one less.
    kind: span.kind + 1,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + nanoseconds(span.durationMs)),
    attributes: toKeyValues(isOpen ? { ...attributes, [ATTR_NEST_SPAN_OPEN]: true } : attributes),
    droppedAttributesCount: dropped.attributes,
    events: span.events.map(toOtlpEvent),
    droppedEventsCount: dropped.events,
    links: span.links.map(toOtlpLink),
    droppedLinksCount: dropped.links,
    status: { code: span.statusCode, message: span.statusMessage },
    flags: HAS_IS_REMOTE | (span.hasRemoteParent ? IS_REMOTE : 0) | (span.isSampled ? SAMPLED : 0),
  };
}

function toOtlpEvent({ name, timeMs, attributes }: StoredEvent): OtlpSpan['events'][number] {
  return {
    timeUnixNano: String(nanoseconds(timeMs)),
    name,
    attributes: toKeyValues(attributes),
    droppedAttributesCount: 0,
  };
}

function toOtlpLink({ context, attributes }: StoredLink): OtlpSpan['links'][number] {
  return {
    traceId: context.traceId,
    spanId: context.spanId,
    traceState: undefined,
    attributes: toKeyValues(attributes),
    droppedAttributesCount: 0,
    // Whether it was sampled, or is of another process, was not kept.
    flags: 0,
  };
}

/**
 * In two parts: a double holds milliseconds since 1970 to a quarter of a microsecond. Of what is no
 * time, as `new Date('tomorrow')` is none, nothing.
 */
function nanoseconds(milliseconds: number): bigint {
  if (!Number.isFinite(milliseconds)) return 0n;
  const whole = Math.floor(milliseconds);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((milliseconds - whole) * 1e6));
}
