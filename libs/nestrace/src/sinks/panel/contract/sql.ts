/** One statement, all its runs taken together. */
export interface StatementRow {
  /** Hexadecimal hash of the statement without its values. */
  readonly fingerprint: string;
  readonly text: string;
  readonly summary: string;
  readonly system: string;
  readonly calls: number;
  readonly totalMs: number;
  readonly avgMs: number;
  readonly p95Ms: number;
  readonly maxMs: number;
  readonly slow: number;
  readonly errors: number;
  /** Traces in which it repeats one by one. */
  readonly nPlusOne: number;
  readonly fanOut: number;
  readonly rows?: number;
  readonly routes: readonly string[];
  /** `OrdersService.load`. */
  readonly callers: readonly string[];
}

/** `GET api/sql`: the one that takes the most time in all first. */
export interface StatementList {
  readonly statements: readonly StatementRow[];
  readonly repeats: readonly RepeatedStatement[];
}

/** `GET api/sql/:fingerprint`. */
export interface StatementDetail {
  readonly statement: StatementRow;
  /** The slowest and the newest. */
  readonly samples: readonly {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceName: string;
    readonly caller: string;
    readonly startMs: number;
    readonly durationMs: number;
    readonly error?: string;
  }[];
}

/** The same statement many times below one caller. */
export interface RepeatedStatement {
  readonly kind: 'n+1' | 'fan-out';
  readonly traceId: string;
  readonly traceName: string;
  readonly fingerprint: string;
  readonly text: string;
  readonly summary: string;
  /** `OrdersService.load`: the nearest method of the application around all of them. */
  readonly caller: string;
  readonly count: number;
  readonly totalMs: number;
  readonly traceMs: number;
  /** The query before them, that gave the rows they loop over. */
  readonly source?: { readonly text: string; readonly spanId: string };
  readonly spanIds: readonly string[];
}

/** `GET api/traces/:id/sql`. */
export interface TraceSql {
  readonly queries: readonly TraceQuery[];
  readonly repeats: readonly RepeatedStatement[];
  readonly totalMs: number;
}

export interface TraceQuery {
  readonly row: number;
  readonly spanId: string;
  readonly fingerprint: string;
  readonly text: string;
  readonly summary: string;
  readonly system: string;
  readonly caller: string;
  /** Microseconds since the start of the trace. */
  readonly start: number;
  readonly duration: number;
  readonly open: boolean;
  readonly slow: boolean;
  readonly rows?: number;
  readonly error?: string;
  /** How often the very same text, or the same statement with other values, is in this trace. */
  readonly duplicates: number;
  readonly similar: number;
  readonly repeat?: 'n+1' | 'fan-out';
}
