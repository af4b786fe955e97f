import type { OtelModuleOptions } from 'nestrace';

/** How long everything takes, and how it is set up for that. */
export interface Form {
  readonly name: 'short' | 'long';
  /** Requests per second to the application under trouble, and as many to the one that has none. */
  readonly perSecond: number;
  /** Before the trouble begins. */
  readonly wellMs: number;
  /** As long as the trouble lasts. */
  readonly troubleMs: number;
  /** A backend that comes and goes does so for this long. */
  readonly flappingMs: number;
  /** Until spans have to be delivered again. */
  readonly recoveryMs: number;
  /** Stories that are played at the same time. */
  readonly atOnce: number;
  readonly exporterTimeoutMs: number;
  readonly shutdownMs: number;
  readonly options: Pick<OtelModuleOptions, 'batch' | 'delivery' | 'sampling'>;
}

/** What is left out cannot be lost. */
const EVERYTHING = { ratio: 1 };

/** Waits of seconds become waits of a fraction; all that is bounded has a lower bound. */
const SHORT: Form = {
  name: 'short',
  perSecond: 20,
  wellMs: 600,
  troubleMs: 4000,
  flappingMs: 6000,
  recoveryMs: 20_000,
  atOnce: 6,
  exporterTimeoutMs: 3000,
  shutdownMs: 1500,
  options: {
    sampling: EVERYTHING,
    batch: {
      maxQueueSize: 400,
      maxExportBatchSize: 100,
      scheduledDelayMs: 100,
      exportTimeoutMs: 3500,
    },
    delivery: {
      retry: { firstDelayMs: 100, maxDelayMs: 300 },
      breaker: { failures: 3, openMs: 300, maxOpenMs: 600 },
    },
  },
};

/** As applications run, with the values nestrace has of itself. */
const LONG: Form = {
  name: 'long',
  perSecond: requestsPerSecond() / 4,
  wellMs: 3000,
  troubleMs: 12_000,
  flappingMs: 120_000,
  recoveryMs: 90_000,
  atOnce: 2,
  exporterTimeoutMs: 10_000,
  shutdownMs: 5000,
  options: { sampling: EVERYTHING },
};

/** In all, shared by two applications under trouble and their controls. */
function requestsPerSecond(): number {
  return Number(process.env['NESTRACE_TEST_CHAOS_RATE'] ?? 500);
}

export const form: Form = process.env['NESTRACE_TEST_CHAOS'] === 'long' ? LONG : SHORT;

/** Spans one exporter may hold at most: its queue, and the batch that is under way. */
export function mostWaiting(batch: OtelModuleOptions['batch'] = form.options.batch): number {
  return (batch?.maxQueueSize ?? 2048) + (batch?.maxExportBatchSize ?? 512);
}
