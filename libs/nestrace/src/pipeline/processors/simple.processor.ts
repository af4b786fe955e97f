import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ObservedExporter } from '../exporters/observed.exporter.js';
import { exportBatch } from './export-batch.js';

/** Exports under way at once; a slow exporter must not pile up spans without bound. */
const MAX_PENDING = 2048;

/** Exports every span the moment it has ended. */
export class SimpleProcessor implements SpanProcessor {
  private readonly pending = new Set<Promise<void>>();
  private stopped = false;

  constructor(private readonly exporter: ObservedExporter) {}

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if ((span.spanContext().traceFlags & TraceFlags.SAMPLED) === 0) return;
    const { delivery } = this.exporter;
    delivery.accepted++;
    if (this.stopped) {
      delivery.drop(1, 'shutdown');
    } else if (this.pending.size >= MAX_PENDING) {
      delivery.drop(1, 'queue_full');
    } else {
      this.export(span);
    }
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.pending);
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

  /** Gives up: what is under way is cut off. */
  async abandon(): Promise<void> {
    this.stopped = true;
    await this.exporter.shutdown();
  }

  private export(span: ReadableSpan): void {
    const batch = this.exporter.startBatch();
    if (!this.exporter.addTo(batch, span)) return;
    const done = exportBatch(this.exporter, batch).then(() => {
      this.pending.delete(done);
    });
    this.pending.add(done);
  }
}
