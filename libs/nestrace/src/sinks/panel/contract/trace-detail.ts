import type { TraceSummary } from './traces.js';

/** Bits of {@link SpanColumns.flags}. */
export const SPAN_FLAG = {
  open: 1,
  error: 2,
  slow: 4,
  nPlusOne: 8,
  fanOut: 16,
  notExported: 32,
  /** Attributes, events or links were left out of it. */
  truncated: 64,
  /** Came in from another process. */
  received: 128,
  /** The span above is in another process. */
  remoteParent: 256,
  /** It belongs to the critical path. */
  critical: 512,
  /** It stands for many calls, see `nest.folded.count`. */
  folded: 1024,
  /** It is not a span: it stands for a parent that has not come here. */
  placeholder: 2048,
  /** It ended after its parent. */
  outlivesParent: 4096,
  /** It is in a cycle of parents. */
  cycle: 8192,
} as const;

/**
 * The spans of a trace, one array per column; a row is an index into all of them. Rows are in the
 * order of the tree: parents before children, siblings by their start. Placeholder rows are among them.
 */
export interface SpanColumns {
  readonly id: readonly string[];
  /** Row of the parent, or -1. */
  readonly parent: readonly number[];
  /** Index into `notes`. */
  readonly note?: readonly number[];
  /** Index into `names`, `services`, `types`. */
  readonly name: readonly number[];
  readonly service: readonly number[];
  readonly type: readonly number[];
  /** As OpenTelemetry counts: 0 internal, 1 server, 2 client, 3 producer, 4 consumer. */
  readonly kind: readonly number[];
  /** Microseconds since `startMs` of the trace. */
  readonly start: readonly number[];
  /** Microseconds; of an open span, until `nowMs`. */
  readonly duration: readonly number[];
  /** Microseconds in which nothing below it ran. */
  readonly self: readonly number[];
  readonly flags: readonly number[];
  /** Rows with the same number among their siblings do the same: they may be shown as one. */
  readonly group: readonly number[];
}

/** A thing that happened at one moment of a span. */
export interface SpanTick {
  readonly row: number;
  /** Microseconds since `startMs` of the trace. */
  readonly at: number;
  readonly isError: boolean;
  readonly name: string;
}

/** How long each part of Nest took, in the order of the request. */
export interface NestPhase {
  readonly phase:
    | 'middleware'
    | 'guards'
    | 'interceptors'
    | 'pipes'
    | 'handler'
    | 'interceptors after'
    | 'filters'
    | 'response'
    | 'between';
  /** Microseconds since the start of the trace. */
  readonly start: number;
  readonly duration: number;
  readonly spans: number;
}

/** `GET api/traces/:id`. 404 with {@link TraceGone} when it is not here. */
export interface TraceDetail {
  readonly summary: TraceSummary;
  readonly bootId: string;
  /** The clock of the server when this was made, milliseconds since 1970. */
  readonly nowMs: number;
  readonly startMs: number;
  /** Microseconds from the first start to the last end. */
  readonly duration: number;
  readonly names: readonly string[];
  readonly services: readonly string[];
  /** What a name does not say: whom a call went to, what a guard decided. The first one is empty. */
  readonly notes?: readonly string[];
  /** `nest.type`, or for spans of others what they are: `http`, `db`, `messaging`, `rpc`, ``. */
  readonly types: readonly string[];
  readonly spans: SpanColumns;
  readonly ticks: readonly SpanTick[];
  readonly phases: readonly NestPhase[];
  /** How many calls a row stands for that has the flag `folded`, by its row. */
  readonly foldedCounts?: Readonly<Record<number, number>>;
  /** Spans of this trace there was no room for, and why. */
  readonly omitted: { readonly spans: number; readonly option?: string };
  readonly sql: number;
  readonly errors: number;
  readonly logs: number;
  readonly links: readonly { readonly name: string; readonly url: string }[];
  readonly exported: TraceExportState;
}

export interface TraceExportState {
  readonly state: 'exported' | 'waiting' | 'failed' | 'not-sampled' | 'no-exporter' | 'unknown';
  readonly text: string;
}

export interface TraceGone {
  readonly reason: 'evicted' | 'unknown' | 'restarted';
  readonly text: string;
  readonly links: readonly { readonly name: string; readonly url: string }[];
}

/** `GET api/traces/:id/search?q=…`: rows that match, in order. */
export interface TraceSearch {
  readonly rows: readonly number[];
  readonly total: number;
}
