import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ObservedExporter } from '../exporters/observed.exporter.js';
import type { SpanBatch } from '../exporters/span-batch.js';

/** So many are worth a turn of the event loop. */
const SLICE = 32;

/** After a burst there are more: a turn takes no more than a fraction of a millisecond. */
const MAX_SLICE = 256;

/**
 * Spans that wait for one exporter, in the batches they will be sent in. A batch may write a span
 * when it is added. That must not happen where the span ends, because processors behind this one
 * may still change it, nor to a whole batch when it is sent, because that would hold up every
 * request. So it happens to a slice at a time, between other work. And it lets go of the spans: one
 * that is kept for seconds keeps its parents, and the garbage collector busy.
 */
export class SpanQueue {
  /** Not in a batch yet. */
  private fresh: ReadableSpan[] = [];
  /** All of them full but the last. */
  private batches: SpanBatch[] = [];
  private inBatches = 0;
  private slice: NodeJS.Immediate | undefined;

  constructor(
    private readonly exporter: ObservedExporter,
    private readonly batchSize: number,
  ) {}

  get length(): number {
    return this.fresh.length + this.inBatches;
  }

  push(span: ReadableSpan): void {
    this.fresh.push(span);
    if (this.fresh.length >= SLICE) this.slice ??= setImmediate(this.packSlice);
  }

  /** The oldest spans, a batch of them where there are so many. */
  take(): SpanBatch | undefined {
    this.pack(this.batchSize - (this.batches[0]?.size ?? 0));
    const batch = this.batches.shift();
    this.inBatches -= batch?.size ?? 0;
    return batch;
  }

  /** The batch was taken and could not be sent: it is the next one again. */
  putBack(batch: SpanBatch): void {
    this.batches.unshift(batch);
    this.inBatches += batch.size;
  }

  clear(): void {
    this.fresh = [];
    this.batches = [];
    this.inBatches = 0;
  }

  private readonly packSlice = (): void => {
    this.pack(MAX_SLICE);
    this.slice = this.fresh.length >= SLICE ? setImmediate(this.packSlice) : undefined;
  };

  private pack(count: number): void {
    for (const span of this.fresh.splice(0, count)) {
      const batch = this.openBatch();
      if (!this.exporter.addTo(batch, span)) continue;
      if (batch.size === 1) this.batches.push(batch);
      this.inBatches++;
    }
  }

  /** One with room left. */
  private openBatch(): SpanBatch {
    const last = this.batches.at(-1);
    const hasRoom = last?.triedAt === undefined && (last?.size ?? Infinity) < this.batchSize;
    return last !== undefined && hasRoom ? last : this.exporter.startBatch();
  }
}
