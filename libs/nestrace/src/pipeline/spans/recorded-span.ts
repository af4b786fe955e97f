import {
  diag,
  SpanStatusCode,
  type Attributes,
  type AttributeValue,
  type Exception,
  type HrTime,
  type Link,
  type SpanContext,
  type SpanKind,
  type SpanStatus,
  type TimeInput,
} from '@opentelemetry/api';
import {
  hrTimeDuration,
  isAttributeValue,
  isTimeInput,
  isTimeInputHrTime,
  millisToHrTime,
  type InstrumentationScope,
} from '@opentelemetry/core';
import { inspect, type InspectOptions } from 'node:util';
import type { Resource } from '@opentelemetry/resources';
import type { Span, SpanProcessor, TimedEvent } from '@opentelemetry/sdk-trace';
import type { HidingRules } from '../../core/redaction/redaction-policy.js';
import {
  ATTR_EXCEPTION_MESSAGE,
  ATTR_EXCEPTION_STACKTRACE,
  ATTR_EXCEPTION_TYPE,
  EVENT_EXCEPTION,
} from '../attributes.js';
import { localTraceOf } from '../local-trace.js';
import type { SpanCounts } from '../metrics/span-counts.js';
import { clockOffset, milliseconds, timeAt } from '../span-clock.js';
import { cut, keep, type SpanLimits } from './span-limits.js';
import type { UnsampledRecording, UnsampledTraces } from './unsampled.js';

/** What all spans of a tracer have in common. */
export interface SpanOrigin {
  readonly resource: Resource;
  readonly instrumentationScope: InstrumentationScope;
  readonly limits: SpanLimits;
  readonly processor: SpanProcessor;
  /** Decides what is recorded of what the sampler leaves out; nothing is where there is none. */
  readonly unsampled?: UnsampledTraces | undefined;
  readonly counts?: SpanCounts | undefined;
}

const UNSET: SpanStatus = Object.freeze({ code: SpanStatusCode.UNSET });
const NOT_ENDED: HrTime = [0, 0];
const NO_DURATION: HrTime = [-1, -1];

/**
 * A span that is recorded. To processors, exporters and the application it is what the span of the
 * SDK is, limits and diagnostics included, at a third of its cost: it is smaller, checks attributes
 * once, and turns the readings of the clock into times when somebody asks for them.
 */
export class RecordedSpan implements Span {
  readonly parentSpanContext?: SpanContext;
  status: SpanStatus = UNSET;
  ended = false;
  /** Set where it is not sampled. */
  unsampled: UnsampledRecording | undefined;
  /** Set as soon as its secrets were taken out: the rules that have hidden values of attributes. */
  redacted: HidingRules | undefined;
  droppedAttributesCount = 0;
  droppedEventsCount = 0;
  droppedLinksCount = 0;
  private kept: Attributes = {};
  private attributeCount = 0;
  private eventList: TimedEvent[] | undefined;
  private linkList: Link[] | undefined;
  /** What the monotonic clock said, or the time that was given. */
  private readonly start: number | HrTime;
  private stop: number | HrTime | undefined;
  /** Of a span that belongs to no local trace. */
  private ownClock: number | undefined;

  constructor(
    private readonly origin: SpanOrigin,
    private readonly context: SpanContext,
    parent: SpanContext | undefined,
    public name: string,
    readonly kind: SpanKind,
    startTime?: TimeInput,
  ) {
    if (parent !== undefined) this.parentSpanContext = parent;
    this.start = this.moment(startTime);
  }

  get resource(): Resource {
    return this.origin.resource;
  }

  get instrumentationScope(): InstrumentationScope {
    return this.origin.instrumentationScope;
  }

  get attributes(): Attributes {
    return this.kept;
  }

  get events(): TimedEvent[] {
    return (this.eventList ??= []);
  }

  get links(): Link[] {
    return (this.linkList ??= []);
  }

  get startTime(): HrTime {
    return this.timeOf(this.start);
  }

  get endTime(): HrTime {
    return this.stop === undefined ? NOT_ENDED : this.timeOf(this.stop);
  }

  get duration(): HrTime {
    return this.stop === undefined ? NO_DURATION : hrTimeDuration(this.startTime, this.endTime);
  }

  /** Milliseconds since 1970, to a quarter of a microsecond, without a list that is thrown away. */
  get startMs(): number {
    return this.msOf(this.start);
  }

  /** Until now, while it is open. */
  get durationMs(): number {
    const { start, stop = performance.now() } = this;
    const ms =
      typeof start === 'number' && typeof stop === 'number'
        ? stop - start
        : this.msOf(stop) - this.msOf(start);
    return Math.max(0, ms);
  }

  /** Whether there is an event or a link; to ask for them would make lists of none. */
  get hasEventsOrLinks(): boolean {
    return this.eventList !== undefined || this.linkList !== undefined;
  }

  spanContext(): SpanContext {
    return this.context;
  }

  isRecording(): boolean {
    return !this.ended;
  }

  /** Takes the first attributes: a copy of them all where they fit, and they nearly always do. */
  copy(attributes: Attributes): void {
    if (!this.adopts({ ...attributes }, isSimple)) this.setAttributes(attributes);
  }

  /**
   * Takes the first attributes as they are where they fit, instead of a copy: for those of nestrace
   * itself, which are known to be valid, in an object nobody else has.
   */
  adopt(attributes: Attributes): void {
    if (!this.adopts(attributes, fits)) this.setAttributes(attributes);
  }

  private adopts(
    attributes: Attributes,
    fit: (value: AttributeValue | undefined, maxLength: number, key: string) => boolean,
  ): boolean {
    const { attributeCount, attributeValueLength } = this.origin.limits;
    let count = 0;
    for (const key in attributes) {
      count++;
      if (!fit(attributes[key], attributeValueLength, key)) return false;
    }
    if (count > attributeCount) return false;
    this.kept = attributes;
    this.attributeCount = count;
    return true;
  }

  setAttribute(key: string, value?: AttributeValue): this {
    if (value == null || this.isOver()) return this;
    if (key.length === 0) {
      diag.warn(`Invalid attribute key: ${key}`);
      return this;
    }
    if (!isAttributeValue(value)) {
      diag.warn(`Invalid attribute value set for key: ${key}`);
      return this;
    }
    const { attributeCount, attributeValueLength } = this.origin.limits;
    if (!Object.hasOwn(this.kept, key)) {
      if (this.attributeCount >= attributeCount) {
        this.droppedAttributesCount++;
        return this;
      }
      this.attributeCount++;
    }
    this.kept[key] = cut(value, attributeValueLength);
    return this;
  }

  setAttributes(attributes: Attributes): this {
    for (const key in attributes) {
      if (Object.hasOwn(attributes, key)) this.setAttribute(key, attributes[key]);
    }
    return this;
  }

  addEvent(name: string, attributesOrTime?: Attributes | TimeInput, time?: TimeInput): this {
    if (this.isOver()) return this;
    const { eventCount, attributePerEventCount, attributeValueLength } = this.origin.limits;
    if (eventCount === 0) {
      diag.warn('No events allowed.');
      this.droppedEventsCount++;
      return this;
    }
    const { events } = this;
    if (events.length >= eventCount) {
      if (this.droppedEventsCount === 0) diag.debug('Dropping extra events.');
      events.shift();
      this.droppedEventsCount++;
    }
    const isTime = isTimeInput(attributesOrTime);
    const given = isTime ? undefined : attributesOrTime;
    const kept = keep(given, attributePerEventCount, attributeValueLength);
    events.push({
      name,
      attributes: kept.attributes,
      time: this.timeOf(this.moment(isTime && !isTimeInput(time) ? attributesOrTime : time)),
      droppedAttributesCount: kept.dropped,
    });
    return this;
  }

  addLink(link: Link): this {
    if (this.isOver()) return this;
    const { linkCount, attributePerLinkCount, attributeValueLength } = this.origin.limits;
    if (linkCount === 0) {
      this.droppedLinksCount++;
      return this;
    }
    const { links } = this;
    if (links.length >= linkCount) {
      if (this.droppedLinksCount === 0) diag.debug('Dropping extra links.');
      links.shift();
      this.droppedLinksCount++;
    }
    const kept = keep(link.attributes, attributePerLinkCount, attributeValueLength);
    links.push({
      context: link.context,
      ...(kept.count > 0 && { attributes: kept.attributes }),
      ...(kept.dropped > 0 && { droppedAttributesCount: kept.dropped }),
    });
    return this;
  }

  addLinks(links: Link[]): this {
    for (const link of links) this.addLink(link);
    return this;
  }

  setStatus({ code, message }: SpanStatus): this {
    if (this.isOver() || code === SpanStatusCode.UNSET) return this;
    if (this.status.code === SpanStatusCode.OK) return this;
    const isError = code === SpanStatusCode.ERROR;
    if (isError && message != null && typeof message !== 'string') {
      const type = typeof message;
      diag.warn(`Dropping invalid status.message of type '${type}', expected 'string'`);
    }
    this.status = isError && typeof message === 'string' ? { code, message } : { code };
    return this;
  }

  updateName(name: string): this {
    if (!this.isOver()) this.name = name;
    return this;
  }

  recordException(exception: Exception, time?: TimeInput): void {
    const attributes: Attributes = {};
    if (typeof exception === 'string') {
      attributes[ATTR_EXCEPTION_MESSAGE] = exception;
    } else if (exception) {
      const { code, name, message, stack } = exception;
      if (code) attributes[ATTR_EXCEPTION_TYPE] = code.toString();
      else if (name) attributes[ATTR_EXCEPTION_TYPE] = name;
      if (message) attributes[ATTR_EXCEPTION_MESSAGE] = message;
      if (stack) attributes[ATTR_EXCEPTION_STACKTRACE] = stack;
    }
    if (attributes[ATTR_EXCEPTION_TYPE] || attributes[ATTR_EXCEPTION_MESSAGE]) {
      this.addEvent(EVENT_EXCEPTION, attributes, time);
    } else {
      diag.warn(`Failed to record an exception ${String(exception)}`);
    }
  }

  /** Everything it was given: nobody can say what of it may be seen. */
  forget(): void {
    this.name = '';
    this.kept = {};
    this.eventList = undefined;
    this.linkList = undefined;
    this.status = { code: this.status.code };
  }

  end(endTime?: TimeInput): void {
    const { name, origin, context } = this;
    if (this.isOver()) {
      const ids = `${context.traceId}-${context.spanId}`;
      diag.error(`${name} ${ids} - You can only call end() on a span once.`);
      return;
    }
    this.stop = this.endMoment(endTime);
    this.neverEndBeforeStart();
    if (this.droppedEventsCount > 0) {
      diag.warn(`Dropped ${this.droppedEventsCount} events because eventCountLimit reached`);
    }
    if (this.droppedLinksCount > 0) {
      diag.warn(`Dropped ${this.droppedLinksCount} links because linkCountLimit reached`);
    }
    origin.processor.onEnding?.(this);
    this.ended = true;
    origin.counts?.ended(context);
    origin.processor.onEnd(this);
  }

  /** Shows what a span is, and not the tracing behind it. */
  [inspect.custom](depth: number, options: InspectOptions, show: typeof inspect): string {
    if (depth < 0) return '[RecordedSpan]';
    const { name, kind, context, parentSpanContext, status, attributes, events, links } = this;
    const { startTime, endTime, duration, ended, instrumentationScope } = this;
    const ids = { spanContext: context, parentSpanContext };
    const times = { startTime, endTime, duration, ended };
    const facts = { name, kind, ...ids, status, ...times, attributes, events, links };
    return `RecordedSpan ${show({ ...facts, instrumentationScope }, options)}`;
  }

  /** The monotonic clock cannot go back, times that are given may. */
  private neverEndBeforeStart(): void {
    if (typeof this.start === 'number' && typeof this.stop === 'number') {
      if (this.start <= this.stop) return;
    } else if (this.duration[0] >= 0) {
      return;
    }
    diag.warn(
      'Inconsistent start and end time, startTime > endTime. Setting span duration to 0ms.',
      this.startTime,
      this.endTime,
    );
    this.stop = this.start;
  }

  private isOver(): boolean {
    if (this.ended) {
      const { traceId, spanId } = this.context;
      const ids = `{traceId: ${traceId}, spanId: ${spanId}}`;
      const error = new Error(`Operation attempted on ended Span ${ids}`);
      diag.warn(`Cannot execute the operation on ended Span ${ids}`, error);
    }
    return this.ended;
  }

  /** What is kept of a time: a reading of the monotonic clock, now unless one is given. */
  private moment(given: TimeInput | undefined): number | HrTime {
    const now = performance.now();
    if (typeof given === 'number') return given <= now ? given : millisToHrTime(given);
    if (given instanceof Date) return millisToHrTime(given.getTime());
    return isTimeInputHrTime(given) ? given : now;
  }

  /** A start that was given is one of the wall clock, as it is now; the trace may be hours old. */
  private endMoment(given: TimeInput | undefined): number | HrTime {
    const isMeasured = given !== undefined || typeof this.start === 'number';
    return isMeasured ? this.moment(given) : timeAt(clockOffset());
  }

  private timeOf(moment: number | HrTime): HrTime {
    return typeof moment === 'number' ? timeAt(this.offset, moment) : moment;
  }

  private msOf(moment: number | HrTime): number {
    return typeof moment === 'number' ? this.offset + moment : milliseconds(moment);
  }

  /** All spans of a local trace count from one reading of the wall clock. */
  private get offset(): number {
    return localTraceOf(this)?.clockOffset ?? (this.ownClock ??= clockOffset());
  }
}

function fits(value: AttributeValue | undefined, maxLength: number): boolean {
  if (typeof value === 'string') return value.length <= maxLength;
  if (!Array.isArray(value)) return value !== undefined;
  const items: readonly unknown[] = value;
  return items.every((item) => typeof item !== 'string' || item.length <= maxLength);
}

/** Whether a value fits as it is: lists have to be looked into, and unusual keys to be refused. */
function isSimple(value: AttributeValue | undefined, maxLength: number, key: string): boolean {
  if (key === '' || key === '__proto__') return false;
  if (typeof value === 'string') return value.length <= maxLength;
  return typeof value === 'number' || typeof value === 'boolean';
}
