import { integer } from './schema/kind.js';
import { group, option } from './schema/node.js';

/**
 * How ended spans wait for their export (https://opentelemetry.io/docs/specs/otel/trace/sdk/#batching-processor).
 * Every exporter has a queue of its own.
 *
 * @publicApi
 */
export interface BatchOptions {
  /**
   * Spans that may wait; further ones are dropped and counted. Environment:
   * `OTEL_BSP_MAX_QUEUE_SIZE`.
   *
   * @default 2048
   */
  readonly maxQueueSize?: number | undefined;
  /**
   * Milliseconds a span waits at most before its batch is sent. Environment:
   * `OTEL_BSP_SCHEDULE_DELAY`.
   *
   * @default 5000
   */
  readonly scheduledDelayMs?: number | undefined;
  /**
   * Spans in one request to the backend. Environment: `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`.
   *
   * @default 512
   */
  readonly maxExportBatchSize?: number | undefined;
  /**
   * Milliseconds one export may take, retries included. Environment: `OTEL_BSP_EXPORT_TIMEOUT`.
   *
   * @default 30000
   */
  readonly exportTimeoutMs?: number | undefined;
}

export const batchSchema = group({
  maxQueueSize: option(integer(1, 1_000_000), { env: 'OTEL_BSP_MAX_QUEUE_SIZE', fallback: 2048 }),
  scheduledDelayMs: option(integer(0, 3_600_000), {
    env: 'OTEL_BSP_SCHEDULE_DELAY',
    fallback: 5000,
  }),
  maxExportBatchSize: option(integer(1, 1_000_000), {
    env: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    fallback: (lookup) => Math.min(512, lookup('batch.maxQueueSize') as number),
  }),
  exportTimeoutMs: option(integer(1, 3_600_000), {
    env: 'OTEL_BSP_EXPORT_TIMEOUT',
    fallback: 30_000,
  }),
});
