import type { ResolvedPanelLimits } from '../../config/panel-limits.options.js';
import type { RecordedSpan } from '../spans/recorded-span.js';
import { KeptTrace, OpenSpan } from './kept-trace.js';
import { Removals } from './removals.js';
import type { IncomingHeaders, StoredSpan } from './stored-span.js';

/** The traces that are kept, and the bounds of them all. */
export class KeptTraces {
  readonly removals = new Removals();
  /** In the order they started. */
  readonly open = new Set<OpenSpan>();
  seq = 0;
  spans = 0;
  bytes = 0;
  evicted = 0;
  /** Spans there was no room for. */
  dropped = 0;
  private readonly byId = new Map<string, KeptTrace>();
  /** Bytes of spans of other processes, which may come again as others. */
  private readonly sizes = new WeakMap<StoredSpan, number>();
  /** Spans of one trace mostly come one after the other. */
  private latest: KeptTrace | undefined;

  constructor(private readonly limits: ResolvedPanelLimits) {}

  get size(): number {
    return this.byId.size;
  }

  ids(): string[] {
    return [...this.byId.keys()];
  }

  all(): Iterable<KeptTrace> {
    return this.byId.values();
  }

  get(traceId: string): KeptTrace | undefined {
    return this.byId.get(traceId);
  }

  touch(trace: KeptTrace): void {
    trace.touch(++this.seq);
  }

  /** A span that has not ended. */
  begin(span: RecordedSpan, incoming: IncomingHeaders | undefined): void {
    const trace = this.traceFor(span.spanContext().traceId);
    if (trace === undefined) return;
    if (this.open.size >= this.limits.maxOpenSpans || this.isFull(trace)) {
      this.omit(trace);
      return;
    }
    this.open.add(trace.begin(span, incoming));
    this.spans++;
    this.touch(trace);
  }

  /**
   * The end of a span that was open, or what it was when nobody waited any longer; then it may still
   * end one day.
   */
  end(open: OpenSpan, span: StoredSpan, bytes: number): void {
    const { trace, place } = open;
    const known = trace.at(place);
    this.open.delete(open);
    if (known === undefined || this.byId.get(trace.traceId) !== trace) return;
    trace.put(place, span);
    if (known === open) trace.open--;
    this.grow(trace, bytes);
  }

  /** A span of this process that has ended. */
  add(span: StoredSpan, bytes: number): void {
    const trace = this.traceFor(span.traceId);
    if (trace === undefined) return;
    const known = trace.isMixed ? trace.find(span.spanId) : undefined;
    if (known !== undefined) {
      // It has come back from somewhere before it was looked at here.
      trace.put(known, span);
      this.grow(trace, bytes);
    } else if (this.isFull(trace)) {
      this.omit(trace);
    } else {
      trace.add(span);
      this.spans++;
      this.grow(trace, bytes);
    }
  }

  /** A span of another process. Tells whether it was taken. */
  receive(span: StoredSpan, bytes: number, isAskedFor: boolean): boolean {
    const trace = this.traceFor(span.traceId, isAskedFor);
    if (trace === undefined) return false;
    const place = trace.find(span.spanId);
    const known = place === undefined ? undefined : trace.at(place);
    // What this process has seen itself tells more.
    if (known instanceof OpenSpan || known?.source.isReceived === false) return false;
    if (place !== undefined && known !== undefined) {
      trace.put(place, span);
      this.grow(trace, bytes - (this.sizes.get(known) ?? 0));
      this.sizes.set(span, bytes);
      return true;
    }
    if (this.isFull(trace)) {
      this.omit(trace);
      return false;
    }
    trace.add(span);
    this.spans++;
    this.grow(trace, bytes);
    this.sizes.set(span, bytes);
    return true;
  }

  /** A span was shown before it was known that it is to be left out. */
  forget(open: OpenSpan): void {
    const { trace, place } = open;
    this.close(open);
    if (trace.at(place) === undefined || this.byId.get(trace.traceId) !== trace) return;
    trace.put(place, undefined);
    this.spans--;
    if (trace.size === 0) this.remove(trace, false);
    else this.touch(trace);
  }

  clear(): void {
    for (const trace of this.byId.values()) this.remove(trace, false);
  }

  private remove(trace: KeptTrace, isEviction: boolean): void {
    this.byId.delete(trace.traceId);
    if (this.latest === trace) this.latest = undefined;
    if (trace.open > 0) for (const one of trace.openSpans()) this.close(one);
    this.spans -= trace.size;
    this.bytes -= trace.bytes;
    this.removals.add(++this.seq, trace.traceId, isEviction);
  }

  private traceFor(traceId: string, evenEvicted = false): KeptTrace | undefined {
    if (this.latest?.traceId === traceId) return this.latest;
    let trace = this.byId.get(traceId);
    if (trace === undefined) {
      // The rest of a trace that had to make room would look like a whole one.
      if (!evenEvicted && this.removals.wasEvicted(traceId)) {
        this.dropped++;
        return undefined;
      }
      trace = new KeptTrace(traceId);
      this.byId.set(traceId, trace);
      this.makeRoom(trace);
    }
    return (this.latest = trace);
  }

  private grow(trace: KeptTrace, bytes: number): void {
    trace.bytes += bytes;
    this.bytes += bytes;
    this.touch(trace);
    if (this.bytes > this.limits.maxBytes) this.makeRoom(trace);
  }

  private isFull(trace: KeptTrace): boolean {
    if (trace.size >= this.limits.maxSpansPerTrace) return true;
    return this.byId.size === 1 && this.bytes >= this.limits.maxBytes;
  }

  private omit(trace: KeptTrace): void {
    trace.omitted++;
    this.dropped++;
    this.touch(trace);
  }

  /** The oldest go, but not the one that needs the room. */
  private makeRoom(growing: KeptTrace): void {
    const { maxTraces, maxBytes } = this.limits;
    for (const oldest of this.byId.values()) {
      const isOver = this.byId.size > maxTraces || (this.bytes > maxBytes && this.byId.size > 1);
      if (!isOver) return;
      if (oldest === growing) continue;
      this.evicted++;
      this.remove(oldest, true);
    }
  }

  private close(open: OpenSpan): void {
    if (!this.open.delete(open)) return;
    open.release();
    open.trace.open--;
  }
}
