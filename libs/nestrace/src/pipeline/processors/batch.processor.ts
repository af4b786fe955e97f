import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import type { ObservedExporter } from '../exporters/observed.exporter.js';
import { exportBatch } from './export-batch.js';
import { SpanQueue } from './span-queue.js';

/**
 * The queue in front of one exporter. It never holds more than its bound, counts what it has to
 * drop, sends one batch at a time, and never exports inside the call that ended a span.
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
  private readonly batchSize: number;

  constructor(
    private readonly exporter: ObservedExporter,
    private readonly options: ResolvedOtelOptions['batch'],
  ) {
    this.batchSize = Math.min(options.maxExportBatchSize, options.maxQueueSize);
    this.queue = new SpanQueue(exporter, this.batchSize);
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
    while (left > 0 && this.queue.length > 0) {
      left -= Math.min(left, this.batchSize);
      await this.exportOne();
    }
    if (this.queue.length > 0) this.schedule();
    await this.exporter.forceFlush();
  }

  async shutdown(): Promise<void> {
    this.stopped = true;
    try {
      await this.forceFlush();
    } finally {
      await this.exporter.shutdown();
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
    if (this.queue.length >= this.batchSize) {
      this.immediate ??= setImmediate(() => {
        this.immediate = undefined;
        void this.exportWhileFull();
      });
    } else {
      this.timer ??= setTimeout(() => {
        this.timer = undefined;
        void this.exportWhileFull();
      }, this.options.scheduledDelayMs).unref();
    }
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
    do {
      await this.exportOne();
    } while (this.queue.length >= this.batchSize && !this.stopped);
    if (this.queue.length > 0) this.schedule();
  }

  private async exportOne(): Promise<void> {
    // A flush and the timer may meet here; the second one waits for its turn.
    while (this.exporting !== undefined) await this.exporting;
    const batch = this.queue.take();
    if (batch === undefined) return;
    this.exporting = exportBatch(this.exporter, batch);
    await this.exporting;
    this.exporting = undefined;
  }
}
