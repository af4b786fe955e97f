import type { ExportBrief } from './traces.js';

/** `GET api/export`: what became of the spans. */
export interface ExportStatus {
  readonly brief: ExportBrief;
  readonly spans: {
    readonly started: number;
    readonly ended: number;
    readonly open: number;
    /** Kept here only: the sampler said no. */
    readonly notSampled: number;
    /** Left out on purpose: folded, too short, or of a request that is to leave no trace. */
    readonly leftOut: number;
  };
  readonly sampler: string;
  readonly sampling?: SamplingStatus;
  readonly exporters: readonly ExporterStatus[];
  readonly store: {
    readonly traces: number;
    readonly spans: number;
    readonly bytes: number;
    readonly evictedTraces: number;
    /** Traces that were passed over: there were too many at once. */
    readonly skippedTraces?: number;
    readonly droppedSpans: number;
  };
  readonly doctor: readonly DoctorCheck[];
  /** Where every option came from. */
  readonly options: readonly {
    readonly path: string;
    readonly value: string;
    readonly source: 'code' | 'env' | 'file' | 'default';
    /** The environment variable it comes from. */
    readonly variable?: string;
    /** The configuration file it stands in. */
    readonly file?: string;
    readonly line?: number;
  }[];
  /** Failures inside nestrace, by the place. */
  readonly failures: readonly { readonly site: string; readonly count: number }[];
}

/** What was decided about traces at their start, and at their end. */
export interface SamplingStatus {
  readonly rules: readonly {
    readonly match: string;
    readonly ratio: number;
    readonly decided: number;
    readonly sampled: number;
  }[];
  /** Of the traces that were not sampled; undefined where none is kept. */
  readonly keeping?: {
    /** Traces that were exported all the same, by the reason. */
    readonly kept: { readonly error: number; readonly slow: number; readonly custom: number };
    readonly keptSpans: number;
    /** Traces that were not exported. */
    readonly discarded: number;
    /** Traces and spans there was no room for. */
    readonly overflowedTraces: number;
    readonly overflowedSpans: number;
    /** Spans that wait for the end of their trace. */
    readonly waiting: number;
  };
}

export interface ExporterStatus {
  /** Its place in the list, for `POST api/test-export`. */
  readonly index: number;
  readonly label: string;
  readonly state: 'ok' | 'failing' | 'idle';
  readonly accepted: number;
  readonly exported: number;
  readonly failed: number;
  /** Spans that failed, by the reason; reasons that did not occur are missing. */
  readonly failedBy?: Readonly<Partial<Record<FailureWord, number>>>;
  readonly dropped: { readonly queueFull: number; readonly shutdown: number };
  /** Missing while nothing is wrong with the backend. */
  readonly breaker?: {
    readonly state: 'open' | 'half_open';
    /** Milliseconds since 1970. */
    readonly since: number;
    /** When it is asked next. */
    readonly until: number;
  };
  /** Undefined where there is no queue. */
  readonly queue?: { readonly length: number; readonly capacity: number };
  readonly batches: { readonly ok: number; readonly failed: number };
  readonly avgMs?: number;
  readonly lastMs?: number;
  readonly avgSpans?: number;
  /** Milliseconds since 1970. */
  readonly lastOkAt?: number;
  readonly failingSince?: number;
  readonly lastError?: {
    readonly at: number;
    readonly message: string;
    readonly hint?: string;
    readonly count: number;
  };
  /** Durations of the last exports in milliseconds, the oldest first; failed ones are negative. */
  readonly recent: readonly number[];
}

export type FailureWord =
  | 'unreachable'
  | 'timeout'
  | 'unavailable'
  | 'refused'
  | 'too_large'
  | 'rejected'
  | 'shutdown'
  | 'other';

export interface DoctorCheck {
  readonly id: string;
  readonly status: 'ok' | 'info' | 'warn' | 'fail';
  readonly text: string;
  readonly remedy?: string;
}

/** Answer of `POST api/test-export`. */
export interface TestExportResult {
  readonly ok: boolean;
  readonly durationMs: number;
  readonly text: string;
  readonly hint?: string;
  readonly traceId: string;
}

/** Answer of `POST api/import`. */
export interface ImportResult {
  readonly traces: number;
  readonly spans: number;
  readonly rejected: number;
  readonly problem?: string;
  readonly traceIds: readonly string[];
}

/** Answer to what the panel does not let through. */
export interface Refusal {
  readonly reason: string;
  /** The option that would let it through. */
  readonly option?: string;
}
