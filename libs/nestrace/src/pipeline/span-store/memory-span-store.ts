import { TraceFlags, type Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedPanelLimits } from '../../config/panel-limits.options.js';
import type { RedactionPolicy } from '../../core/redaction/redaction-policy.js';
import { isLeftBehind, localTraceOf } from '../local-trace.js';
import { incomingHeadersOf } from '../propagation/recording.propagator.js';
import { OpenSpan } from './kept-trace.js';
import { KeptTraces } from './kept-traces.js';
import { LoadWatch } from './load-watch.js';
import type { SpanStore, StoreChanges, StoreCounts } from './span-store.js';
import { SpanSources } from './span-sources.js';
import type { IncomingHeaders, StoredSpan, StoredTrace } from './stored-span.js';
import { SpanRecorder } from './to-stored-span.js';

/** By then most of the spans that have started have ended, and are looked at once instead of twice. */
const REST_MS = 100;
/** So many are worth a turn of the event loop of their own, and take a fraction of a millisecond. */
const SLICE = 256;
/** Code that never lets go of the event loop must not fill the memory. */
const MAX_WAITING = 65_536;
const SWEEP_MS = 30_000;

/**
 * Keeps the traces of the last minutes in memory. Where a span starts and ends it only notes the
 * span; what costs more (secrets taken out, bounds, eviction) happens a slice at a time between
 * other work, or when somebody reads.
 */
export class MemorySpanStore implements SpanStore, SpanProcessor {
  paused = false;
  private started: Span[] = [];
  private ended: ReadableSpan[] = [];
  private readonly traces: KeptTraces;
  private readonly recorder: SpanRecorder;
  private readonly passed = { started: 0, ended: 0, notSampled: 0, leftOut: 0 };
  private missed = 0;
  private sweptAt = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private isClosed = false;

  constructor(
    private readonly limits: ResolvedPanelLimits,
    policy: RedactionPolicy,
    private readonly load = new LoadWatch(),
  ) {
    this.traces = new KeptTraces(limits);
    this.recorder = new SpanRecorder(policy, limits, new SpanSources(policy));
  }

  /** The process has no time to spare; nothing is taken in until it has. */
  get isOverloaded(): boolean {
    return this.load.isHigh;
  }

  onStart(span: Span, parentContext: Context): void {
    if (this.paused || this.load.isHigh || this.isClosed) return;
    if (this.started.length >= MAX_WAITING) {
      this.missed++;
      return;
    }
    const parent = span.parentSpanContext;
    if (parent === undefined || parent.isRemote === true) noteIncoming(span, parentContext);
    this.started.push(span);
    this.schedule();
  }

  onEnd(span: ReadableSpan): void {
    if (this.isClosed || this.ended.length >= MAX_WAITING) return;
    this.ended.push(span);
    this.schedule();
  }

  forceFlush(): Promise<void> {
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.load.stop();
    this.started = [];
    this.ended = [];
    this.traces.clear();
    return Promise.resolve();
  }

  get seq(): number {
    this.catchUp();
    return this.traces.seq;
  }

  traceIds(): readonly string[] {
    this.catchUp();
    return this.traces.ids();
  }

  trace(traceId: string): StoredTrace | undefined {
    this.catchUp();
    return this.traces.get(traceId)?.read(this.recorder);
  }

  wasEvicted(traceId: string): boolean {
    return this.traces.removals.wasEvicted(traceId);
  }

  changesSince(seq: number): StoreChanges {
    this.catchUp();
    const { traces } = this;
    for (const one of traces.open) if (one.hasChanged()) traces.touch(one.trace);
    const removed = traces.removals.since(seq);
    const changed: string[] = [];
    for (const trace of traces.all()) if (trace.seq > seq) changed.push(trace.traceId);
    return {
      seq: traces.seq,
      changed,
      // A trace may have gone and come again.
      removed: removed?.filter((traceId) => traces.get(traceId) === undefined) ?? [],
      isIncomplete: removed === undefined || seq > traces.seq,
    };
  }

  counts(): StoreCounts {
    this.catchUp();
    const { size, spans, bytes, open, evicted, dropped } = this.traces;
    return {
      ...this.passed,
      traces: size,
      spans,
      bytes,
      open: open.size,
      evictedTraces: evicted,
      droppedSpans: dropped + this.missed,
    };
  }

  receive(spans: readonly StoredSpan[]): number {
    this.catchUp();
    if (this.paused || this.isClosed) return 0;
    let taken = 0;
    for (const span of spans) {
      const known = this.traces.get(span.traceId)?.spans.get(span.spanId);
      // What this process has seen itself tells more.
      if (known instanceof OpenSpan || known?.source.isReceived === false) continue;
      if (this.put(this.recorder.redact(span))) taken++;
    }
    return taken;
  }

  clear(): void {
    this.catchUp();
    this.traces.clear();
  }

  private schedule(): void {
    if (this.started.length + this.ended.length >= SLICE) {
      this.immediate ??= setImmediate(this.takeSlice);
    } else if (this.timer === undefined) {
      this.load.expect(REST_MS);
      this.timer = setTimeout(this.takeRest, REST_MS).unref();
    }
  }

  private readonly takeSlice = (): void => {
    this.immediate = undefined;
    this.take(SLICE);
    if (this.started.length + this.ended.length > 0) this.schedule();
  };

  private readonly takeRest = (): void => {
    this.timer = undefined;
    this.load.arrived();
    this.takeSlice();
  };

  private catchUp(): void {
    if (this.started.length + this.ended.length > 0) this.take(Number.POSITIVE_INFINITY);
  }

  /** Starts come first: a span that has ended as well is then looked at once. */
  private take(count: number): void {
    for (const span of this.started.splice(0, count)) this.begin(span);
    for (const span of this.ended.splice(0, count)) this.finish(span);
    const now = performance.now();
    if (now - this.sweptAt >= SWEEP_MS) this.sweep(now);
  }

  private begin(span: Span): void {
    this.passed.started++;
    if (isHidden(span)) return;
    const incoming = incomingOf(span);
    if (span.ended) this.put(this.recorder.record(span, incoming));
    else this.traces.begin(span, incoming);
  }

  private finish(handed: ReadableSpan): void {
    const span = originalOf(handed);
    this.passed.ended++;
    const { traceId, spanId, traceFlags } = span.spanContext();
    const trace = this.traces.get(traceId);
    if (isHidden(span)) {
      this.passed.leftOut++;
      if (trace !== undefined) this.traces.forget(trace, spanId);
      return;
    }
    if ((traceFlags & TraceFlags.SAMPLED) === 0) this.passed.notSampled++;
    const known = trace?.spans.get(spanId);
    if (known === undefined) return;
    if (known instanceof OpenSpan || known.isOpen) {
      this.put(this.recorder.record(span, known.incoming));
    }
  }

  private put(span: StoredSpan): boolean {
    return this.traces.put(span, this.recorder.bytes);
  }

  /** What never ends is not waited for: from then on it is what it was at this moment. */
  private sweep(now: number): void {
    this.sweptAt = now;
    for (const one of this.traces.open) {
      if (now - one.since < this.limits.maxOpenMs) break;
      this.put(this.recorder.record(one.span, one.incoming));
    }
  }
}

const INCOMING = Symbol('nestrace.incoming');

interface Marked {
  [INCOMING]?: IncomingHeaders;
}

function noteIncoming(span: Span, parentContext: Context): void {
  const incoming = incomingHeadersOf(parentContext);
  if (incoming !== undefined) (span as Marked)[INCOMING] = incoming;
}

function incomingOf(span: Span): IncomingHeaders | undefined {
  return (span as Marked)[INCOMING];
}

/** Folded, too short, or of a request that must leave no trace. */
function isHidden(span: object): boolean {
  return isLeftBehind(span as Span) || localTraceOf(span as Span)?.discarded === true;
}

/** What is left out is handed on as a shadow of the span. */
function originalOf(span: ReadableSpan): ReadableSpan {
  return Object.hasOwn(span, 'spanContext') ? (Object.getPrototypeOf(span) as ReadableSpan) : span;
}
