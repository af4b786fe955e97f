import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { hideSecrets } from '../../core/redaction/secret-values.js';
import type { ObservedExporter } from '../../pipeline/exporters/observed.exporter.js';
import { BatchProcessor } from '../../pipeline/processors/batch.processor.js';
import type { OtelExporterHealth, OtelHealthOptions } from './otel-health.options.js';

/** How one exporter is, told from the counts the panel and metrics tell from as well. */
export function exporterHealth(
  { delivery }: ObservedExporter,
  processor: SpanProcessor | undefined,
  capacity: number,
): OtelExporterHealth & Required<Pick<OtelExporterHealth, 'name'>> {
  const { failingSince, lastSuccessAt, lastError, dropped } = delivery;
  const isFailing = failingSince !== undefined;
  return {
    name: delivery.label,
    state: isFailing ? 'failing' : lastSuccessAt === undefined ? 'idle' : 'ok',
    breaker: delivery.breaker.state,
    ...(processor instanceof BatchProcessor && { queued: processor.queued, capacity }),
    exported: delivery.exported,
    dropped: dropped.queue_full + dropped.shutdown,
    failed: delivery.failed,
    ...(isFailing && { failingForMs: Date.now() - failingSince }),
    ...(isFailing &&
      lastError !== undefined && {
        lastError: hideSecrets(lastError.message).text,
        ...(lastError.hint !== undefined && { hint: lastError.hint }),
      }),
  };
}

/** Why an exporter is a reason to be down, in one sentence; undefined where it is none. */
export function troubleOf(
  { name, state, failingForMs = 0, queued = 0, capacity = 0 }: OtelExporterHealth,
  { strict = false, maxFailingMs, maxQueueUsage }: OtelHealthOptions,
): string | undefined {
  const who = name ?? 'an exporter';
  const fails = strict || (maxFailingMs !== undefined && failingForMs >= maxFailingMs);
  if (state === 'failing' && fails) return `${who} has failed for ${failingForMs} ms`;
  if (maxQueueUsage !== undefined && capacity > 0 && queued / capacity > maxQueueUsage) {
    return `the queue of ${who} has ${queued} of ${capacity} spans`;
  }
  return undefined;
}
