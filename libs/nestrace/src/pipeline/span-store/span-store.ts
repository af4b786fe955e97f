import type { StoredSpan, StoredTrace } from './stored-span.js';

/** What has happened to the traces since a number of {@link SpanStore.seq}. */
export interface StoreChanges {
  readonly seq: number;
  /** Ids of traces that are new or have changed. */
  readonly changed: readonly string[];
  /** Ids of traces that are gone. */
  readonly removed: readonly string[];
  /** The number is too old to tell: everything has to be read again. */
  readonly isIncomplete: boolean;
}

export interface StoreCounts {
  readonly traces: number;
  readonly spans: number;
  /** An estimate of the heap they take. */
  readonly bytes: number;
  readonly evictedTraces: number;
  /** Traces that were passed over: there were too many at once. */
  readonly skippedTraces: number;
  /** Spans there was no room for. */
  readonly droppedSpans: number;
  readonly started: number;
  readonly ended: number;
  readonly open: number;
  /** Recorded, but not for the exporters: the sampler said no. */
  readonly notSampled: number;
  /** Folded, too short, or of a request that is to leave no trace. */
  readonly leftOut: number;
}

/**
 * The traces of the last minutes, with what is still running. The panel reads it, and nothing else
 * of the pipeline. Reading brings it up to date first.
 */
export interface SpanStore {
  /** Number of the last change. */
  readonly seq: number;
  /** The oldest first. */
  traceIds(): readonly string[];
  /** The same object until the trace changes; one with open spans is read anew each time. */
  trace(traceId: string): StoredTrace | undefined;
  /** Whether a trace of this id was here and had to make room. */
  wasEvicted(traceId: string): boolean;
  changesSince(seq: number): StoreChanges;
  counts(): StoreCounts;
  /**
   * Spans of other processes; one that is here already is replaced. Counts those it took. What
   * somebody asks for comes in at any time, and into traces that have had to make room as well.
   */
  receive(spans: readonly StoredSpan[], isAskedFor?: boolean): number;
  clear(): void;
  /** While it is paused nothing is added; what is open goes on. */
  paused: boolean;
}
