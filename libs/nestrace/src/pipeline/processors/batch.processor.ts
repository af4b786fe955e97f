import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import type { CircuitBreaker } from '../exporters/circuit-breaker.js';
import type { ObservedExporter } from '../exporters/observed.exporter.js';
import type { SpanBatch } from '../exporters/span-batch.js';
import { exportBatch } from './export-batch.js';
import { SpanQueue } from './span-queue.js';

/** Before a batch is sent again that could not be taken, whatever the delay and the breaker are. */
const MIN_REST_MS = 1000;

/**
 * The queue in front of one exporter. It never holds more than its bound, counts what it has to
 * drop, sends one batch at a time, and never exports inside the call that ended a span. While the
 * breaker is open nothing is taken out but a batch as the probe; a batch that may be taken later
 * goes back to the front while there is room.
 *
 * The stock batch processor does not tell how many spans it dropped, and shares one fate when it is
 * shut down: this one can be told to give up.
 *
 * @see https://opentelemetry.io/docs/specs/otel/trace/sdk/#batching-processor
 */
export class BatchProcessor implements SpanProcessor {
  private readonly queue: SpanQueue;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private exporting: Promise<void> | undefined;
  private stopped = false;
  /** The last flush has knocked at a backend that is not there. */
  private flushedInVain = false;
  /** The last batch is to be sent again, and not at once, however full the queue is. */
  private isResting = false;
  private readonly batchSize: number;
  private readonly breaker: CircuitBreaker;

  constructor(
    private readonly exporter: ObservedExporter,
    private readonly options: ResolvedOtelOptions['batch'],
    /** Milliseconds a batch the backend could not take may go on waiting. */
    private readonly keepMs = 0,
  ) {
    this.batchSize = Math.min(options.maxExportBatchSize, options.maxQueueSize);
    this.queue = new SpanQueue(exporter, this.batchSize);
    this.breaker = exporter.delivery.breaker;
    this.breaker.onClose(() => {
      this.isResting = false;
      if (this.stopped || this.queue.length === 0) return;
      this.unschedule();
      this.schedule();
    });
  }

  /** Spans that wait for their export. */
  get queued(): number {
    return this.queue.length;
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    const { delivery } = this.exporter;
    delivery.accepted++;
    if (this.stopped) {
      delivery.drop(1, 'shutdown');
    } else if (this.queue.length >= this.options.maxQueueSize) {
      delivery.drop(1, 'queue_full');
    } else {
      this.queue.push(span);
      this.schedule();
    }
  }

  async forceFlush(): Promise<void> {
    this.unschedule();
    await this.exporting;
    // Only what is here now: under load new spans would keep a flush from ever ending.
    let left = this.queue.length;
    // It may be the last chance, so the breaker is asked once whatever time it is.
    for (let isFirst = true; left > 0; isFirst = false) {
      const sent = await this.exportOne(isFirst);
      if (sent === 0) break;
      left -= sent;
    }
    this.flushedInVain = left > 0 && this.queue.length > 0;
    if (this.queue.length > 0 && !this.stopped) this.schedule();
    await this.exporter.forceFlush();
  }

  async shutdown(): Promise<void> {
    this.stopped = true;
    try {
      // Whoever shuts down has mostly flushed before.
      if (!this.flushedInVain) await this.forceFlush();
    } finally {
      await this.abandon();
    }
  }

  /** Gives up: what waits is dropped, what is under way is cut off. */
  async abandon(): Promise<void> {
    this.stopped = true;
    this.unschedule();
    if (this.queue.length > 0) this.exporter.delivery.drop(this.queue.length, 'shutdown');
    this.queue.clear();
    await this.exporter.shutdown();
  }

  private schedule(): void {
    if (this.exporting !== undefined) return;
    if (this.breaker.state !== 'closed') {
      this.exportAfter(this.breaker.waitMs);
    } else if (this.isResting) {
      this.exportAfter(Math.max(this.options.scheduledDelayMs, MIN_REST_MS));
    } else if (this.queue.length >= this.batchSize) {
      this.immediate ??= setImmediate(() => {
        this.immediate = undefined;
        void this.exportWhileFull();
      });
    } else {
      this.exportAfter(this.options.scheduledDelayMs);
    }
  }

  private exportAfter(milliseconds: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.exportWhileFull();
    }, milliseconds).unref();
  }

  private unschedule(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.timer = undefined;
    this.immediate = undefined;
  }

  /** Sends one batch, and further ones while they are full. */
  private async exportWhileFull(): Promise<void> {
    this.unschedule();
    this.flushedInVain = false;
    while ((await this.exportOne()) > 0) {
      if (this.queue.length < this.batchSize || this.stopped) break;
    }
    if (this.queue.length > 0 && !this.stopped) this.schedule();
  }

  /**
   * Sends the next batch, if the breaker lets it. Tells how many spans are done with; 0 where there
   * is no sense in sending another batch now.
   */
  private async exportOne(mayProbeNow = false): Promise<number> {
    // A flush and the timer may meet here; the second one waits for its turn.
    while (this.exporting !== undefined) await this.exporting;
    const batch = this.queue.take();
    if (batch === undefined) return 0;
    if (!(mayProbeNow ? this.breaker.admitsNow() : this.breaker.admits())) {
      this.queue.putBack(batch);
      return 0;
    }
    batch.triedAt ??= performance.now();
    let isKept = false;
    this.exporting = exportBatch(this.exporter, batch, () => (isKept = this.keeps(batch)));
    await this.exporting;
    this.exporting = undefined;
    this.isResting = isKept;
    return isKept || this.breaker.state !== 'closed' ? 0 : batch.size;
  }

  private keeps(batch: SpanBatch): boolean {
    const isYoung = performance.now() - (batch.triedAt ?? 0) < this.keepMs;
    const hasRoom = this.queue.length + batch.size <= this.options.maxQueueSize;
    if (this.stopped || !isYoung || !hasRoom) return false;
    this.queue.putBack(batch);
    return true;
  }
}
