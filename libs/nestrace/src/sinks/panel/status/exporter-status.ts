import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { hideSecrets } from '../../../core/redaction/secret-values.js';
import type { Delivery } from '../../../pipeline/exporters/delivery.js';
import type { ObservedExporter } from '../../../pipeline/exporters/observed.exporter.js';
import { BatchProcessor } from '../../../pipeline/processors/batch.processor.js';
import type { ExportBrief, ExporterStatus } from '../contract/index.js';

/** As many as the small picture of an exporter has room for. */
const SHOWN_EXPORTS = 40;

/** So long it is told that a queue was full. */
const FULL_FOR_MS = 60_000;

/** What one exporter was given, and what became of it. */
export function exporterStatus(
  { delivery }: ObservedExporter,
  index: number,
  processor: SpanProcessor | undefined,
  capacity: number,
): ExporterStatus {
  const { exports, lastError, lastSuccessAt, failingSince, dropped } = delivery;
  const { state, since, until } = delivery.breaker;
  const count = exports.ok + exports.failed;
  return {
    index,
    label: delivery.label,
    state: failingSince !== undefined ? 'failing' : lastSuccessAt === undefined ? 'idle' : 'ok',
    accepted: delivery.accepted,
    exported: delivery.exported,
    failed: delivery.failed,
    ...(delivery.failed > 0 && { failedBy: occurred(delivery.failedBy) }),
    ...(state !== 'closed' &&
      since !== undefined &&
      until !== undefined && { breaker: { state, since, until } }),
    dropped: { queueFull: dropped.queue_full, shutdown: dropped.shutdown },
    ...(processor instanceof BatchProcessor && { queue: { length: processor.queued, capacity } }),
    batches: { ok: exports.ok, failed: exports.failed },
    ...(count > 0 && {
      avgMs: exports.durationMs / count,
      avgSpans: exports.spans / count,
    }),
    ...(delivery.lastExportMs !== undefined && { lastMs: delivery.lastExportMs }),
    ...(lastSuccessAt !== undefined && { lastOkAt: lastSuccessAt.getTime() }),
    ...(failingSince !== undefined && { failingSince }),
    ...(lastError !== undefined && {
      lastError: {
        at: lastError.at.getTime(),
        message: hideSecrets(lastError.message).text,
        ...(lastError.hint !== undefined && { hint: lastError.hint }),
        count: delivery.failedAttempts,
      },
    }),
    recent: delivery.recent
      .slice(-SHOWN_EXPORTS)
      .map(({ durationMs, isOk }) => (isOk ? durationMs : -durationMs)),
  };
}

function occurred(counts: Delivery['failedBy']): NonNullable<ExporterStatus['failedBy']> {
  return Object.fromEntries(Object.entries(counts).filter(([, spans]) => spans > 0));
}

/** All exporters in one word, and one sentence. */
export function exportBrief(exporters: readonly ObservedExporter[]): ExportBrief {
  const backends = exporters.filter(({ immediate }) => !immediate);
  if (backends.length === 0) {
    return { state: 'none', text: 'No exporter: traces are shown here and go nowhere else.' };
  }
  const deliveries = backends.map(({ delivery }) => delivery);
  const failing = deliveries.find(({ failingSince }) => failingSince !== undefined);
  if (failing !== undefined) {
    const { label, lastError } = failing;
    const reason = hideSecrets(lastError?.message ?? 'no reason given').text;
    return { state: 'fail', text: `${label} fails: ${reason}` };
  }
  const full = deliveries.find(({ fullUntil }) => Date.now() - fullUntil <= FULL_FOR_MS);
  if (full !== undefined) {
    const spans = full.dropped.queue_full;
    return {
      state: 'warn',
      text: `The queue of ${full.label} is full: ${spans} spans were dropped.`,
    };
  }
  const lost = deliveries.find(({ dropped, failed }) => dropped.queue_full + failed > 0);
  if (lost !== undefined) {
    const spans = lost.dropped.queue_full + lost.failed;
    return { state: 'ok', text: `${lost.label} works again; ${spans} spans were lost before.` };
  }
  const exported = deliveries.reduce((sum, delivery) => sum + delivery.exported, 0);
  return exported === 0
    ? { state: 'ok', text: 'Nothing had to be exported yet.' }
    : { state: 'ok', text: `${exported} spans exported, none lost.` };
}
