import type { SpanStore, StoreChanges } from '../../../pipeline/span-store/span-store.js';
import type { StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { AnalysisSettings } from './analysis-settings.js';
import { NoiseFilter } from './noise.js';
import { medianRatioOf, mediansOf } from './routes.js';
import { summarizeTrace } from './summarize-trace.js';
import { TraceEntry } from './trace-entry.js';

/** A trace with more spans takes tens of milliseconds to summarize. */
const LARGE = 2_000;
/** So while it grows it is not done more often than this; once it has ended, at once. */
const LARGE_EVERY_MS = 1_000;

/** Nobody has looked for so long: then traces the store has let go of are not held here either. */
const FORGET_AFTER_MS = 60_000;

/**
 * The traces of the store with their summaries. Only what has changed since the last look is
 * summarized again: it is asked several times a second, by each browser.
 */
export class KnownTraces {
  private readonly known = new Map<string, TraceEntry>();
  private readonly noise: NoiseFilter;
  private readonly summarizedAt = new WeakMap<StoredTrace, number>();
  private seq = -1;
  private askedAt = 0;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: SpanStore,
    private readonly settings: AnalysisSettings,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.noise = new NoiseFilter(settings.probePaths);
  }

  /** The oldest first. */
  entries(): ReadonlyMap<string, TraceEntry> {
    this.update();
    return this.known;
  }

  /** Reads anew what is still running, or one of it: its snapshot is of the last change. */
  refresh(only?: string): void {
    this.update();
    for (const [traceId, { summary }] of this.known) {
      if (summary.inFlight && (only === undefined || only === traceId)) this.read(traceId);
    }
  }

  private update(): void {
    this.askedAt = this.now();
    this.idle ??= setTimeout(this.forget, FORGET_AFTER_MS).unref();
    const changes = this.changes();
    if (changes.isIncomplete || this.seq === -1) this.readAll();
    else this.apply(changes);
    if (changes.seq === this.seq) return;
    this.seq = changes.seq;
    this.compare();
  }

  private readonly forget = (): void => {
    const left = this.askedAt + FORGET_AFTER_MS - this.now();
    this.idle = left > 0 ? setTimeout(this.forget, left).unref() : undefined;
    if (left > 0) return;
    this.known.clear();
    this.seq = -1;
  };

  private changes(): StoreChanges {
    return this.store.changesSince(Math.max(0, this.seq));
  }

  private readAll(): void {
    const before = new Map(this.known);
    this.known.clear();
    for (const traceId of this.store.traceIds()) this.read(traceId, before.get(traceId));
  }

  private apply({ changed, removed }: StoreChanges): void {
    for (const traceId of removed) this.known.delete(traceId);
    for (const traceId of changed) this.read(traceId);
  }

  private read(traceId: string, before = this.known.get(traceId)): void {
    const trace = this.store.trace(traceId);
    if (trace === undefined) {
      this.known.delete(traceId);
      return;
    }
    if (before !== undefined && (before.trace === trace || this.canWait(before, trace))) {
      this.known.set(traceId, before);
      return;
    }
    const summary = summarizeTrace(trace, this.settings, this.noise);
    this.summarizedAt.set(trace, this.now());
    this.known.set(traceId, new TraceEntry(trace, summary, this.settings.slowMs));
  }

  /** What is in flight is going to change again, so nobody is left with what is not true any more. */
  private canWait(before: TraceEntry, trace: StoredTrace): boolean {
    if (trace.openSpans === 0 || trace.spans.length < LARGE) return false;
    return this.now() - (this.summarizedAt.get(before.trace) ?? -Infinity) < LARGE_EVERY_MS;
  }

  /** How long a route takes as a rule depends on all traces of it. */
  private compare(): void {
    const medians = mediansOf(Array.from(this.known.values(), ({ summary }) => summary));
    for (const [traceId, entry] of this.known) {
      const ratio = medianRatioOf(entry.summary, medians);
      this.known.set(traceId, entry.withRatio(ratio));
    }
  }
}
