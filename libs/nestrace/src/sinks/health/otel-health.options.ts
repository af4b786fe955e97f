/**
 * When {@link OtelHealthIndicator} tells `down`. Without any of these it never does: an application
 * whose traces do not arrive still serves its users, and must not lose its traffic for that.
 *
 * @publicApi
 */
export interface OtelHealthOptions {
  /** Tell `down` while an exporter fails, from its first failed attempt on. @default false */
  readonly strict?: boolean | undefined;
  /** Tell `down` once an exporter has failed for so many milliseconds. */
  readonly maxFailingMs?: number | undefined;
  /** Tell `down` while a queue is fuller than this, from 0 to 1. */
  readonly maxQueueUsage?: number | undefined;
  /**
   * Leave out everything but the states: a health endpoint is often open to everybody, and the rest
   * tells where backends are and what they answer.
   *
   * @default false
   */
  readonly brief?: boolean | undefined;
}

/**
 * What a health check gets, in the shape of `@nestjs/terminus`.
 *
 * @publicApi
 */
export type OtelHealthResult<Key extends string = string> = Record<Key, OtelHealth>;

/** @publicApi */
export interface OtelHealth {
  readonly status: 'up' | 'down';
  /** Why it is `down`. */
  readonly message?: string;
  /**
   * `off`: tracing is turned off. `foreign`: another OpenTelemetry SDK exports the spans of this
   * process, nothing is known of its exporters. `failing`: an exporter fails.
   */
  readonly state: 'ok' | 'failing' | 'off' | 'foreign';
  readonly exporters: readonly OtelExporterHealth[];
  readonly [detail: string]: unknown;
}

/** @publicApi */
export interface OtelExporterHealth {
  /** Name and target, credentials left out. */
  readonly name?: string;
  /** `idle`: it has had nothing to send yet. */
  readonly state: 'ok' | 'idle' | 'failing';
  /** Whether the backend is left alone just now. */
  readonly breaker?: 'closed' | 'open' | 'half_open';
  /** Spans that wait, and how many may. */
  readonly queued?: number;
  readonly capacity?: number;
  readonly exported?: number;
  /** Spans that never got to the exporter: the queue was full, or the application was closing. */
  readonly dropped?: number;
  /** Spans the backend did not take. */
  readonly failed?: number;
  /** Milliseconds since the first failed attempt. */
  readonly failingForMs?: number;
  readonly lastError?: string;
  readonly hint?: string;
}
