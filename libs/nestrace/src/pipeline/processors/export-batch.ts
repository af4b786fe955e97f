import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ObservedExporter } from '../exporters/observed.exporter.js';
import { suppressed } from '../exporters/suppressed.js';

/** Hands spans to an exporter and waits for its answer, good or bad. Never rejects. */
export async function exportBatch(
  exporter: ObservedExporter,
  spans: ReadableSpan[],
): Promise<void> {
  const resource = spans[0]?.resource;
  if (resource?.asyncAttributesPending === true) {
    await resource.waitForAsyncAttributes?.().catch(() => {});
  }
  await new Promise<void>((resolve) => {
    suppressed(() => {
      exporter.export(spans, () => {
        resolve();
      });
    });
  });
}
