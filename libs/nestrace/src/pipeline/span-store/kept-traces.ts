import type { Span } from '@opentelemetry/sdk-trace';
import type { ResolvedPanelLimits } from '../../config/panel-limits.options.js';
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
  begin(span: Span, incoming: IncomingHeaders | undefined): void {
    const { traceId, spanId } = span.spanContext();
    const trace = this.traceFor(traceId);
    if (trace === undefined) return;
    if (this.open.size >= this.limits.maxOpenSpans || this.isFull(trace)) {
      this.omit(trace);
      return;
    }
    const open = new OpenSpan(trace, span, incoming);
    this.open.add(open);
    trace.spans.set(spanId, open);
    trace.open++;
    this.spans++;
    this.touch(trace);
  }

  /** Adds a span, or puts it in the place of what was known of it. Tells whether there was room. */
  put(span: StoredSpan, bytes: number): boolean {
    const trace = this.traceFor(span.traceId);
    if (trace === undefined) return false;
    const known = trace.spans.get(span.spanId);
    if (known === undefined) {
      if (this.isFull(trace)) {
        this.omit(trace);
        return false;
      }
      this.spans++;
    }
    if (known instanceof OpenSpan) this.close(known);
    if (known === undefined || known instanceof OpenSpan) {
      trace.bytes += bytes;
      this.bytes += bytes;
    }
    trace.spans.set(span.spanId, span);
    this.touch(trace);
    this.makeRoom(trace);
    return true;
  }

  /** A span was shown while it ran, and turns out to be left out. */
  forget(trace: KeptTrace, spanId: string): void {
    const known = trace.spans.get(spanId);
    if (known === undefined) return;
    if (known instanceof OpenSpan) this.close(known);
    trace.spans.delete(spanId);
    this.spans--;
    if (trace.spans.size === 0) this.remove(trace, false);
    else this.touch(trace);
  }

  remove(trace: KeptTrace, isEviction: boolean): void {
    this.byId.delete(trace.traceId);
    if (trace.open > 0) {
      for (const one of trace.spans.values()) if (one instanceof OpenSpan) this.open.delete(one);
    }
    this.spans -= trace.spans.size;
    this.bytes -= trace.bytes;
    this.removals.add(++this.seq, trace.traceId, isEviction);
  }

  clear(): void {
    for (const trace of this.byId.values()) this.remove(trace, false);
  }

  private traceFor(traceId: string): KeptTrace | undefined {
    const known = this.byId.get(traceId);
    if (known !== undefined) return known;
    // The rest of a trace that had to make room would look like a whole one.
    if (this.removals.wasEvicted(traceId)) {
      this.dropped++;
      return undefined;
    }
    const trace = new KeptTrace(traceId);
    this.byId.set(traceId, trace);
    this.makeRoom(trace);
    return trace;
  }

  private isFull(trace: KeptTrace): boolean {
    if (trace.spans.size >= this.limits.maxSpansPerTrace) return true;
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
    this.open.delete(open);
    open.trace.open--;
  }
}
