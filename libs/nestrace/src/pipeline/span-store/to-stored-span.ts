import type { Attributes, HrTime } from '@opentelemetry/api';
import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ResolvedPanelLimits } from '../../config/panel-limits.options.js';
import type { RedactionPolicy } from '../../core/redaction/redaction-policy.js';
import { injectedHeadersOf } from '../propagation/recording.propagator.js';
import { redactHeaders } from './redact-headers.js';
import type { SpanSources } from './span-sources.js';
import type { IncomingHeaders, StoredEvent, StoredLink, StoredSpan } from './stored-span.js';

const NO_EVENTS: readonly StoredEvent[] = Object.freeze([]);
const NO_LINKS: readonly StoredLink[] = Object.freeze([]);
const NOTHING_DROPPED: StoredSpan['dropped'] = Object.freeze({
  attributes: 0,
  events: 0,
  links: 0,
});

/** Of the record itself, with its ids and its place in the maps. */
const BYTES_PER_SPAN = 480;
const BYTES_PER_EVENT = 160;

/** Turns spans of this process into what is kept of them. */
export class SpanRecorder {
  constructor(
    private readonly policy: RedactionPolicy,
    private readonly limits: ResolvedPanelLimits,
    private readonly sources: SpanSources,
  ) {}

  /** An estimate of the heap the last one takes. */
  bytes = 0;

  /** Of an open span it is a snapshot. */
  record(span: ReadableSpan, incoming: IncomingHeaders | undefined): StoredSpan {
    const { policy } = this;
    const { traceId, spanId, traceFlags } = span.spanContext();
    const parent = span.parentSpanContext;
    const { values, rules, omitted, bytes } = policy.redact(span.attributes);
    this.bytes = BYTES_PER_SPAN + bytes;
    const startMs = milliseconds(span.startTime);
    const { code, message } = span.status;
    const events = this.eventsOf(span);
    const links = this.linksOf(span);
    const injected = injectedHeadersOf(span);
    const lost = span.droppedEventsCount + span.droppedLinksCount + span.droppedAttributesCount;
    const missing = omitted + span.events.length - events.length + span.links.length - links.length;
    return {
      traceId,
      spanId,
      parentSpanId: parent?.spanId,
      hasRemoteParent: parent?.isRemote === true,
      name: span.name,
      kind: span.kind,
      startMs,
      durationMs: span.ended
        ? duration(span.startTime, span.endTime)
        : Math.max(0, now() - startMs),
      isOpen: !span.ended,
      statusCode: code,
      statusMessage: message === undefined ? undefined : policy.text('status.message', message),
      attributes: values,
      events,
      links,
      source: this.sources.of(span),
      isSampled: (traceFlags & TraceFlags.SAMPLED) !== 0,
      dropped:
        lost + missing === 0
          ? NOTHING_DROPPED
          : {
              attributes: span.droppedAttributesCount + omitted,
              events: span.droppedEventsCount + span.events.length - events.length,
              links: span.droppedLinksCount + span.links.length - links.length,
            },
      redacted: rules,
      incoming: incoming && { headers: redactHeaders(incoming.headers) },
      injected: injected && redactHeaders(injected),
    };
  }

  /** What has come from elsewhere follows the same rules. */
  redact(span: StoredSpan): StoredSpan {
    const { policy } = this;
    const { values, rules, omitted, bytes } = policy.redact(span.attributes);
    this.bytes = BYTES_PER_SPAN + bytes;
    const events = last(span.events, this.limits.maxEvents).map(({ name, timeMs, attributes }) => ({
      name: policy.text('event.name', name),
      timeMs,
      attributes: this.attributes(attributes),
    }));
    const links = span.links.slice(0, this.limits.maxLinks).map(({ context, attributes }) => ({
      context,
      attributes: this.attributes(attributes),
    }));
    return {
      ...span,
      name: policy.text('name', span.name),
      statusMessage:
        span.statusMessage === undefined
          ? undefined
          : policy.text('status.message', span.statusMessage),
      attributes: values,
      events,
      links,
      redacted: rules,
      dropped: { ...span.dropped, attributes: span.dropped.attributes + omitted },
    };
  }

  private eventsOf({ events }: ReadableSpan): readonly StoredEvent[] {
    if (events.length === 0) return NO_EVENTS;
    return last(events, this.limits.maxEvents).map(({ name, time, attributes }) => ({
      name: this.policy.text('event.name', name),
      timeMs: milliseconds(time),
      attributes: this.attributes(attributes ?? {}),
    }));
  }

  private linksOf({ links }: ReadableSpan): readonly StoredLink[] {
    if (links.length === 0) return NO_LINKS;
    return links
      .slice(0, this.limits.maxLinks)
      .map(({ context: { traceId, spanId }, attributes }) => ({
        context: { traceId, spanId },
        attributes: this.attributes(attributes ?? {}),
      }));
  }

  private attributes(attributes: Attributes): Attributes {
    const { values, bytes } = this.policy.redact(attributes);
    this.bytes += BYTES_PER_EVENT + bytes;
    return values;
  }
}

/** The newest of events are the ones that led to the end. */
function last<T>(items: readonly T[], count: number): readonly T[] {
  return count === 0 ? [] : items.slice(-count);
}

function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Doubles hold the milliseconds since 1970 to a quarter of a microsecond. */
function milliseconds([seconds, nanoseconds]: HrTime): number {
  return seconds * 1000 + nanoseconds / 1e6;
}

function duration(start: HrTime, end: HrTime): number {
  return Math.max(0, (end[0] - start[0]) * 1000 + (end[1] - start[1]) / 1e6);
}
