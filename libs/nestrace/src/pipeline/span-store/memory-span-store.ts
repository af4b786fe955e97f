import { TraceFlags, type Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedPanelLimits } from '../../config/panel-limits.options.js';
import { noteFailure } from '../../core/failures.js';
import { localTraceOf } from '../local-trace.js';
import type { RecordedSpan } from '../spans/recorded-span.js';
import { incomingOf, noteIncoming } from './incoming-mark.js';
import { OpenSpan } from './kept-trace.js';
import { KeptTraces } from './kept-traces.js';
import { LoadWatch } from './load-watch.js';
import type { PanelRedaction } from './panel-redaction.js';
import { isHidden, isSettled } from './span-fate.js';
import { SpanRecorder } from './span-recorder.js';
import type { SpanStore, StoreChanges, StoreCounts } from './span-store.js';
import { SpanSources } from './span-sources.js';
import type { StoredSpan, StoredTrace } from './stored-span.js';
import { TraceRate } from './trace-rate.js';

/** By then most of the spans that have started have ended, and are looked at once instead of twice. */
const REST_MS = 100;
/** So many are worth a turn of the event loop of their own, and take a fraction of a millisecond. */
const SLICE = 256;
/** Code that never lets go of the event loop must not fill the memory. */
const MAX_WAITING = 65_536;
const SWEEP_MS = 30_000;
/** So long it is told that traces were passed over. */
const THINNING_MS = 5000;

/**
 * Keeps the traces of the last minutes in memory. Where a span starts and ends it only notes the
 * span; what costs more (secrets taken out, bounds, eviction) happens a slice at a time between
 * other work, or when somebody reads.
 */
export class MemorySpanStore implements SpanStore, SpanProcessor {
  paused = false;
  private started: RecordedSpan[] = [];
  private ended: OpenSpan[] = [];
  private readonly traces: KeptTraces;
  private readonly recorder: SpanRecorder;
  private readonly rate: TraceRate;
  private readonly passed = { started: 0, ended: 0, notSampled: 0, leftOut: 0 };
  private missed = 0;
  private sweptAt = performance.now();
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private isClosed = false;

  constructor(
    private readonly limits: ResolvedPanelLimits,
    policy: PanelRedaction,
    private readonly load = new LoadWatch(),
  ) {
    this.traces = new KeptTraces(limits);
    const { maxTracesPerSecond, maxTraces } = limits;
    this.rate = new TraceRate(maxTracesPerSecond, Math.max(maxTraces, maxTracesPerSecond));
    this.recorder = new SpanRecorder(policy, limits, new SpanSources(policy));
  }

  /** The process has no time to spare; nothing is taken in until it has. */
  get isOverloaded(): boolean {
    return this.load.isHigh;
  }

  /** Some traces were passed over a moment ago: there are too many of them. */
  get isThinning(): boolean {
    return this.rate.hasSkippedWithin(THINNING_MS);
  }

  onStart(span: Span, parentContext: Context): void {
    this.passed.started++;
    if (this.paused || this.load.isHigh || this.isClosed) return;
    const local = localTraceOf(span);
    if (local?.root === span) {
      local.isPassedOver = !this.rate.admits();
      if (!local.isPassedOver) noteIncoming(span, parentContext);
    }
    if (local?.isPassedOver === true) return;
    if (this.started.length >= MAX_WAITING) {
      this.missed++;
      return;
    }
    // Nobody else makes spans for this pipeline.
    this.started.push(span as RecordedSpan);
    this.schedule();
  }

  /** Most spans have not been looked at before they end; then there is nothing to be done here. */
  onEnd(span: ReadableSpan): void {
    this.passed.ended++;
    const open = OpenSpan.of(span);
    if (open === undefined || this.isClosed) return;
    this.ended.push(open);
    this.schedule();
  }

  async forceFlush(): Promise<void> {}

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
      skippedTraces: this.rate.skipped,
    };
  }

  receive(spans: readonly StoredSpan[], isAskedFor = false): number {
    this.catchUp();
    if ((this.paused && !isAskedFor) || this.isClosed) return 0;
    let taken = 0;
    for (const span of spans) {
      const kept = this.recorder.redact(span);
      if (this.traces.receive(kept, this.recorder.bytes, isAskedFor)) taken++;
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
    for (const span of this.started.splice(0, count)) this.guarded(this.begin, span);
    for (const open of this.ended.splice(0, count)) this.guarded(this.finish, open);
    const now = performance.now();
    if (now - this.sweptAt >= SWEEP_MS) this.guarded(this.sweep, now);
  }

  /** Nobody is there to catch what is thrown in a timer: it would end the application. */
  private guarded<T>(act: (this: this, given: T) => void, given: T): void {
    try {
      act.call(this, given);
    } catch (error) {
      noteFailure('processor.end', error);
    }
  }

  private begin(span: RecordedSpan): void {
    if (isHidden(span)) {
      this.passed.leftOut++;
      return;
    }
    const incoming = incomingOf(span);
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) this.passed.notSampled++;
    if (isSettled(span)) this.traces.add(this.recorder.record(span, incoming), this.recorder.bytes);
    else this.traces.begin(span, incoming);
  }

  private finish(open: OpenSpan): void {
    if (isHidden(open.span)) {
      this.passed.leftOut++;
      this.traces.forget(open);
    } else {
      this.end(open);
    }
  }

  private end(open: OpenSpan): void {
    const { span, incoming } = open;
    this.traces.end(open, this.recorder.record(span, incoming), this.recorder.bytes);
  }

  /** What never ends is not waited for: from then on it is what it was at this moment. */
  private sweep(now: number): void {
    this.sweptAt = now;
    for (const one of this.traces.open) {
      if (now - one.since < this.limits.maxOpenMs) break;
      this.end(one);
    }
  }
}
