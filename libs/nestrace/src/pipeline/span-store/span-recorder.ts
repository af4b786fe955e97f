import { TraceFlags, type Attributes } from '@opentelemetry/api';
import type { ResolvedPanelLimits } from '../../config/panel-limits.options.js';
import { noteFailure } from '../../core/failures.js';
import type { HidingRules } from '../../core/redaction/redaction-policy.js';
import { isKept } from '../keeping/kept-view.js';
import { injectedHeadersOf } from '../propagation/recording.propagator.js';
import { EVENT_NAME, SPAN_NAME, STATUS_MESSAGE } from '../redaction/create-redaction.js';
import { milliseconds } from '../span-clock.js';
import type { RecordedSpan } from '../spans/recorded-span.js';
import { KeptSpan, type Rarities } from './kept-span.js';
import type { PanelRedaction } from './panel-redaction.js';
import { redactHeaders } from './redact-headers.js';
import type { SpanSources } from './span-sources.js';
import type { Header, IncomingHeaders, StoredSpan } from './stored-span.js';

/** Of the record itself, with its ids and its place in the lists. */
const BYTES_PER_SPAN = 320;
const BYTES_PER_EVENT = 160;

/** Turns spans of this process into what is kept of them. */
export class SpanRecorder {
  constructor(
    private readonly policy: PanelRedaction,
    private readonly limits: ResolvedPanelLimits,
    private readonly sources: SpanSources,
  ) {}

  /** An estimate of the heap the last one takes. */
  bytes = 0;

  /**
   * Of an open span it is a snapshot. Never throws: a span somebody has put nonsense into must not
   * keep the others of its trace from being read.
   */
  record(span: RecordedSpan, incoming: IncomingHeaders | undefined): StoredSpan {
    try {
      return this.recordAll(span, incoming);
    } catch (error) {
      noteFailure('processor.end', error);
      this.bytes = BYTES_PER_SPAN;
      return this.keep(span, '', {});
    }
  }

  private recordAll(span: RecordedSpan, incoming: IncomingHeaders | undefined): StoredSpan {
    const isClean = span.redacted !== undefined;
    const found = this.policy.redact(span.attributes, isClean);
    const { values, omitted, bytes } = found;
    const rules = isClean ? hiding(span.redacted) : found.rules;
    this.bytes = BYTES_PER_SPAN + bytes;
    const injected = injectedHeadersOf(span);
    // Whoever writes no types may have given it another thing for a name.
    const name: unknown = span.name;
    return this.keep(
      span,
      this.policy.text(SPAN_NAME, typeof name === 'string' ? name : `${name as number}`, isClean),
      values,
      isPlain(span) && rules === undefined && omitted === 0 && !incoming && !injected
        ? undefined
        : this.raritiesOf(span, rules, omitted, incoming, injected),
    );
  }

  private keep(
    span: RecordedSpan,
    name: string,
    attributes: Attributes,
    rarities?: Rarities,
  ): StoredSpan {
    return new KeptSpan(
      isKept(span) ? { ...span.spanContext(), traceFlags: TraceFlags.SAMPLED } : span.spanContext(),
      span.parentSpanContext,
      name,
      span.kind,
      span.startMs,
      span.durationMs,
      !span.ended,
      span.status.code,
      attributes,
      this.sources.of(span),
      rarities,
    );
  }

  /** What has come from elsewhere follows the same rules. */
  redact(span: StoredSpan): StoredSpan {
    const { policy } = this;
    const { values, rules, omitted, bytes } = policy.redact(span.attributes);
    const { source, bytes: ofSource } = this.sources.received(span.source);
    this.bytes = BYTES_PER_SPAN + bytes + ofSource;
    const events = last(span.events, this.limits.maxEvents).map(({ name, timeMs, attributes }) => ({
      name: policy.text(EVENT_NAME, name),
      timeMs,
      attributes: this.attributes(attributes),
    }));
    const links = span.links.slice(0, this.limits.maxLinks).map(({ context, attributes }) => ({
      context,
      attributes: this.attributes(attributes),
    }));
    return {
      ...span,
      name: policy.text(SPAN_NAME, span.name),
      statusMessage:
        span.statusMessage === undefined
          ? undefined
          : policy.text(STATUS_MESSAGE, span.statusMessage),
      attributes: values,
      events,
      links,
      source,
      redacted: rules,
      dropped: { ...span.dropped, attributes: span.dropped.attributes + omitted },
    };
  }

  private raritiesOf(
    span: RecordedSpan,
    redacted: Rarities['redacted'],
    omitted: number,
    incoming: IncomingHeaders | undefined,
    injected: readonly Header[] | undefined,
  ): Rarities {
    const { policy, limits } = this;
    const { message } = span.status;
    const isClean = span.redacted !== undefined;
    const events = last(span.events, limits.maxEvents).map(({ name, time, attributes }) => ({
      name: policy.text(EVENT_NAME, name, isClean),
      timeMs: milliseconds(time),
      attributes: this.attributes(attributes ?? {}, isClean),
    }));
    const links = span.links.slice(0, limits.maxLinks).map(({ context, attributes }) => ({
      context: { traceId: context.traceId, spanId: context.spanId },
      attributes: this.attributes(attributes ?? {}, isClean),
    }));
    return {
      statusMessage:
        message === undefined ? undefined : policy.text(STATUS_MESSAGE, message, isClean),
      events,
      links,
      dropped: {
        attributes: span.droppedAttributesCount + omitted,
        events: span.droppedEventsCount + span.events.length - events.length,
        links: span.droppedLinksCount + span.links.length - links.length,
      },
      redacted,
      incoming: incoming && { headers: redactHeaders(incoming.headers, policy) },
      injected: injected && redactHeaders(injected, policy),
    };
  }

  private attributes(attributes: Attributes, isClean = false): Attributes {
    const { values, bytes } = this.policy.redact(attributes, isClean);
    this.bytes += BYTES_PER_EVENT + bytes;
    return values;
  }
}

/** Most have nothing to hide, and need no record of that. */
function hiding(rules: HidingRules | undefined): HidingRules | undefined {
  for (const _ in rules) return rules;
  return undefined;
}

/** Nothing of what most spans do not have. */
function isPlain(span: RecordedSpan): boolean {
  return (
    !span.hasEventsOrLinks &&
    span.status.message === undefined &&
    span.droppedAttributesCount + span.droppedEventsCount + span.droppedLinksCount === 0
  );
}

/** The newest of events are the ones that led to the end. */
function last<T>(items: readonly T[], count: number): readonly T[] {
  return count === 0 ? [] : items.slice(-count);
}
