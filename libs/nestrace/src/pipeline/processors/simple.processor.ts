import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { CircuitBreaker } from '../exporters/circuit-breaker.js';
import type { ObservedExporter } from '../exporters/observed.exporter.js';
import { exportBatch } from './export-batch.js';

/** Spans under way and waiting at once; a slow exporter must not pile them up without bound. */
const MAX_PENDING = 2048;

/** Of those that waited for a backend to come back, so many are sent in one turn of the event loop. */
const SLICE = 32;

/**
 * Exports every span the moment it has ended. While the breaker is open they wait, and one of them
 * is sent as the probe.
 */
export class SimpleProcessor implements SpanProcessor {
  private readonly pending = new Set<Promise<void>>();
  private waiting: ReadableSpan[] = [];
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  private readonly breaker: CircuitBreaker;

  constructor(private readonly exporter: ObservedExporter) {
    this.breaker = exporter.delivery.breaker;
    this.breaker.onClose(() => {
      this.release();
    });
  }

  /** Spans that wait for a backend to come back. */
  get held(): number {
    return this.waiting.length;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    const { delivery } = this.exporter;
    delivery.accepted++;
    if (this.stopped) {
      delivery.drop(1, 'shutdown');
    } else if (this.pending.size + this.waiting.length >= MAX_PENDING) {
      delivery.drop(1, 'queue_full');
    } else if (this.breaker.state === 'closed' && this.waiting.length === 0) {
      this.export(span);
    } else {
      this.waiting.push(span);
      this.wait();
    }
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.pending);
    // It may be the last chance, so the breaker is asked once whatever time it is.
    if (this.waiting.length > 0 && this.breaker.admitsNow()) this.exportOldest();
    await Promise.all(this.pending);
    while (this.waiting.length > 0 && this.breaker.state === 'closed') {
      this.exportSlice();
      await Promise.all(this.pending);
    }
    await this.exporter.forceFlush();
  }

  async shutdown(): Promise<void> {
    this.stopped = true;
    try {
      // Whoever shuts down has mostly flushed before; a backend that is away is not asked twice.
      if (this.breaker.state === 'closed') await this.forceFlush();
    } finally {
      await this.abandon();
    }
  }

  /** Gives up: what waits is dropped, what is under way is cut off. */
  async abandon(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    if (this.waiting.length > 0) this.exporter.delivery.drop(this.waiting.length, 'shutdown');
    this.waiting = [];
    await this.exporter.shutdown();
  }

  /** Until the breaker lets a probe through; its end decides what happens to the others. */
  private wait(): void {
    if (this.stopped || this.timer !== undefined || this.breaker.state !== 'open') return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.waiting.length > 0 && this.breaker.admits()) this.exportOldest();
      else this.wait();
    }, this.breaker.waitMs).unref();
  }

  private release(): void {
    if (this.stopped || this.waiting.length === 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    setImmediate(() => {
      if (this.stopped || this.breaker.state !== 'closed') return;
      this.exportSlice();
      this.release();
    });
  }

  private exportSlice(): void {
    for (const span of this.waiting.splice(0, SLICE)) this.export(span);
  }

  /** As the probe: one that cannot even be written is none. */
  private exportOldest(): void {
    for (let span = this.waiting.shift(); span !== undefined; span = this.waiting.shift()) {
      if (this.export(span)) return;
    }
    this.breaker.learnedNothing();
  }

  /** Tells whether there is anything to be sent. */
  private export(span: ReadableSpan): boolean {
    const batch = this.exporter.startBatch();
    if (!this.exporter.addTo(batch, span)) return false;
    const done = exportBatch(this.exporter, batch).then(() => {
      this.pending.delete(done);
      if (this.waiting.length > 0) this.wait();
    });
    this.pending.add(done);
    return true;
  }
}
