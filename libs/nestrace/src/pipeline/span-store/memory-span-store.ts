import { TraceFlags, type Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedPanelLimits } from '../../config/panel-limits.options.js';
import type { RedactionPolicy } from '../../core/redaction/redaction-policy.js';
import { isLeftBehind, localTraceOf } from '../local-trace.js';
import { incomingHeadersOf } from '../propagation/recording.propagator.js';
import type { RecordedSpan } from '../spans/recorded-span.js';
import { OpenSpan } from './kept-trace.js';
import { KeptTraces } from './kept-traces.js';
import { LoadWatch } from './load-watch.js';
import { SpanRecorder } from './span-recorder.js';
import type { SpanStore, StoreChanges, StoreCounts } from './span-store.js';
import { SpanSources } from './span-sources.js';
import type { IncomingHeaders, StoredSpan, StoredTrace } from './stored-span.js';

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
  private started: RecordedSpan[] = [];
  private ended: RecordedSpan[] = [];
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
    // Nobody else makes spans for this pipeline.
    this.started.push(span as RecordedSpan);
    this.schedule();
  }

  onEnd(span: ReadableSpan): void {
    if (this.isClosed || this.ended.length >= MAX_WAITING) return;
    this.ended.push(span as RecordedSpan);
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
      const kept = this.recorder.redact(span);
      if (this.traces.receive(kept, this.recorder.bytes)) taken++;
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

  private begin(span: RecordedSpan): void {
    this.passed.started++;
    if (isHidden(span)) return;
    const incoming = incomingOf(span);
    if (span.ended) this.traces.add(this.recorder.record(span, incoming), this.recorder.bytes);
    else this.traces.begin(span, incoming);
  }

  private finish(span: RecordedSpan): void {
    this.passed.ended++;
    const { traceId, spanId, traceFlags } = span.spanContext();
    // Only then it may be a shadow of the span: what is left out is handed on without its flag.
    if (isHidden(span)) {
      this.passed.leftOut++;
      this.traces.forget(traceId, spanId);
      return;
    }
    if ((traceFlags & TraceFlags.SAMPLED) === 0) this.passed.notSampled++;
    const open = OpenSpan.of(span);
    if (open !== undefined) this.end(open, span);
  }

  private end(open: OpenSpan, span: RecordedSpan): void {
    this.traces.end(open, this.recorder.record(span, open.incoming), this.recorder.bytes);
  }

  /** What never ends is not waited for: from then on it is what it was at this moment. */
  private sweep(now: number): void {
    this.sweptAt = now;
    for (const one of this.traces.open) {
      if (now - one.since < this.limits.maxOpenMs) break;
      this.end(one, one.span);
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
