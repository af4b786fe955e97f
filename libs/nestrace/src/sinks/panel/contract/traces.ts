/** What started a trace. */
export type EntryKind =
  | 'http'
  | 'graphql'
  | 'rpc'
  | 'queue'
  | 'cron'
  | 'websocket'
  | 'event'
  | 'operation'
  | 'lifecycle'
  | 'other';

/** One line of the list. */
export interface TraceSummary {
  readonly id: string;
  /** Grows with every change of any trace. */
  readonly seq: number;
  /** Of the root; where that is not here, of what comes nearest. Never blank. */
  readonly name: string;
  readonly entry: EntryKind;
  readonly method?: string;
  readonly route?: string;
  readonly path?: string;
  readonly httpStatus?: number;
  readonly status: 'ok' | 'error' | 'unset';
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number;
  /** Until the last span that has ended; of a trace in flight, until now. */
  readonly durationMs: number;
  readonly inFlight: boolean;
  readonly spans: number;
  readonly openSpans: number;
  readonly queries: number;
  readonly slowQueries: number;
  /** Statements that repeat one after the other. */
  readonly nPlusOne: number;
  /** Statements that repeat side by side. */
  readonly fanOut: number;
  readonly errors: number;
  /** That of the entry first. */
  readonly services: readonly string[];
  /** The first error, or what an open span waits for. */
  readonly note?: string;
  /** Duration over the median of the same route; from three traces of it on. */
  readonly medianRatio?: number;
  /** The sampler said no: recorded here, and nowhere else. */
  readonly notExported?: true;
  /** The root has not come here. */
  readonly orphan?: true;
  /** Spans there was no room for. */
  readonly omittedSpans?: number;
  /** Hidden unless asked for. */
  readonly noise?: 'lifecycle' | 'probe' | 'asset' | 'background';
}

export interface TraceCounts {
  readonly all: number;
  readonly errors: number;
  readonly slow: number;
  readonly nPlusOne: number;
  readonly inFlight: number;
  readonly orphans: number;
  readonly noise: number;
}

/** A query that cannot be read. Positions count characters. */
export interface QueryProblem {
  readonly message: string;
  readonly from: number;
  readonly to: number;
}

/**
 * `GET api/traces?q=…&noise=1&since=SEQ&limit=200`: the newest first. With `since` only what has
 * changed after that.
 */
export interface TraceList {
  readonly bootId: string;
  readonly seq: number;
  readonly traces: readonly TraceSummary[];
  /** Ids that were here at `since` and are not any more, or match no more. */
  readonly removed: readonly string[];
  /** `since` is too long ago: this is the whole list. */
  readonly resync?: true;
  /** How many match; more than there are in `traces`, perhaps. */
  readonly matching: number;
  readonly counts: TraceCounts;
  readonly problem?: QueryProblem;
}

/**
 * `GET api/stream?q=…&noise=1&since=SEQ`, Server-Sent Events: `event: tick` with this as data, at most four
 * times a second; `event: resync` (no data) when the list has to be read again.
 */
export interface StreamTick {
  readonly bootId: string;
  readonly seq: number;
  readonly upserts: readonly TraceSummary[];
  readonly removed: readonly string[];
  readonly matching: number;
  readonly counts: TraceCounts;
  readonly export: ExportBrief;
  readonly capture: { readonly paused: boolean; readonly autoPaused?: string };
}

/** The dot on the tab. */
export interface ExportBrief {
  readonly state: 'ok' | 'warn' | 'fail' | 'none';
  readonly text: string;
}

/** `GET api/routes`: the worst first. */
export interface RouteList {
  readonly routes: readonly RouteRow[];
}

export interface RouteRow {
  readonly name: string;
  readonly entry: EntryKind;
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  readonly errors: number;
  readonly queriesPerTrace: number;
  readonly nPlusOne: number;
  /** The newest trace of it. */
  readonly traceId: string;
  readonly slowestTraceId: string;
}
