import { integer } from './schema/kind.js';
import { feature, group, option, type Resolved } from './schema/node.js';

/**
 * What happens when a backend does not take spans: retries, a circuit breaker, and how long spans
 * wait for it to come back. Every exporter has its own.
 *
 * @example
 * ```ts
 * OtelModule.forRoot({
 *   delivery: { retry: { maxAttempts: 3 }, breaker: { maxOpenMs: 30_000 } },
 * });
 * ```
 *
 * @publicApi
 */
export interface DeliveryOptions {
  /** Further attempts after failures that pass, within the time of one export (`timeoutMs`). */
  readonly retry?: RetryOptions | undefined;
  /**
   * Leaves a backend alone that fails again and again: spans wait in the queue, and one batch at a
   * time is sent to see whether it is back. With `false` only the time a backend asks for by
   * `Retry-After` is waited for.
   *
   * @default true
   */
  readonly breaker?: boolean | BreakerOptions | undefined;
  /**
   * Milliseconds a batch that failed may go on waiting, where the failure may pass and the queue
   * has room; then it counts as failed. `0` lets it fail at once.
   *
   * @default 300000
   */
  readonly keepMs?: number | undefined;
}

/**
 * How often, and after which waits, one export is attempted.
 *
 * @publicApi
 */
export interface RetryOptions {
  /** Attempts for one export, the first included; `1` means no retry. @default 5 */
  readonly maxAttempts?: number | undefined;
  /** Milliseconds before the second attempt; each wait is half as long again. @default 1000 */
  readonly firstDelayMs?: number | undefined;
  /** Milliseconds of the longest wait. @default 5000 */
  readonly maxDelayMs?: number | undefined;
}

/**
 * When a backend is left alone, and for how long.
 *
 * @publicApi
 */
export interface BreakerOptions {
  /** Attempts in a row that have to fail before it opens. @default 5 */
  readonly failures?: number | undefined;
  /** Milliseconds until the first probe; after each that fails it is twice as long. @default 5000 */
  readonly openMs?: number | undefined;
  /** Milliseconds between two probes at most. @default 60000 */
  readonly maxOpenMs?: number | undefined;
}

const HOUR_MS = 3_600_000;

export const deliverySchema = group({
  retry: group({
    maxAttempts: option(integer(1, 100), { fallback: 5 }),
    firstDelayMs: option(integer(1, HOUR_MS), { fallback: 1000 }),
    maxDelayMs: option(integer(1, HOUR_MS), { fallback: 5000 }),
  }),
  breaker: feature({
    failures: option(integer(1, 1000), { fallback: 5 }),
    openMs: option(integer(1, HOUR_MS), { fallback: 5000 }),
    maxOpenMs: option(integer(1, HOUR_MS), { fallback: 60_000 }),
  }),
  keepMs: option(integer(0, 24 * HOUR_MS), { fallback: 300_000 }),
});

export type ResolvedDeliveryOptions = Resolved<typeof deliverySchema>;
export type ResolvedRetryOptions = ResolvedDeliveryOptions['retry'];
export type ResolvedBreakerOptions = ResolvedDeliveryOptions['breaker'];
