import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** An exporter that keeps every batch until the test answers it. */
export class HeldExporter implements SpanExporter {
  /** Names of the spans of each export, in the order they came. */
  readonly batches: string[][] = [];
  flushes = 0;
  shutdowns = 0;
  /** Answers come at once, inside of `export`. */
  answersAtOnce = false;
  private readonly pending: ((result: ExportResult) => void)[] = [];

  /** Exports that have not been answered. */
  get underWay(): number {
    return this.pending.length;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.batches.push(spans.map(({ name }) => name));
    if (this.answersAtOnce) done({ code: ExportResultCode.SUCCESS });
    else this.pending.push(done);
  }

  /** Answers the oldest export that waits, and lets everything run that waited for it. */
  async answer(error?: Error): Promise<void> {
    const done = this.pending.shift();
    if (done === undefined) throw new Error('No export is under way.');
    done(
      error === undefined
        ? { code: ExportResultCode.SUCCESS }
        : { code: ExportResultCode.FAILED, error },
    );
    await settled();
  }

  async forceFlush(): Promise<void> {
    this.flushes++;
  }

  async shutdown(): Promise<void> {
    this.shutdowns++;
  }
}

/** Lets all promises run that can, without any timer. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}
