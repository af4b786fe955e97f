import type { KeepBatch, ObservedExporter } from '../exporters/observed.exporter.js';
import type { SpanBatch } from '../exporters/span-batch.js';
import { suppressed } from '../exporters/suppressed.js';

/** Hands a batch to its exporter and waits for its answer, good or bad. Never rejects. */
export async function exportBatch(
  exporter: ObservedExporter,
  batch: SpanBatch,
  keep?: KeepBatch,
): Promise<void> {
  const { resource } = batch;
  if (resource?.asyncAttributesPending === true) {
    await resource.waitForAsyncAttributes?.().catch(() => {});
  }
  await new Promise<void>((resolve) => {
    suppressed(() => {
      exporter.exportBatch(
        batch,
        () => {
          resolve();
        },
        keep,
      );
    });
  });
}
