import type { StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { TraceSummary } from '../contract/index.js';
import type { Subject } from '../query/subject.js';

/** From this multiple of what is usual for its route on, a trace is called slow. */
const SLOW_RATIO = 2;

/** A trace with the line it has in the list. */
export class TraceEntry implements Subject {
  constructor(
    readonly trace: StoredTrace,
    readonly summary: TraceSummary,
    private readonly slowMs: number,
  ) {}

  /** A slow query, or far slower than others of its route and slow enough to be felt. */
  get isSlow(): boolean {
    const { slowQueries, medianRatio, durationMs } = this.summary;
    return slowQueries > 0 || ((medianRatio ?? 0) >= SLOW_RATIO && durationMs >= this.slowMs);
  }

  get isError(): boolean {
    return this.summary.errors > 0 || this.summary.status === 'error';
  }

  /** The same trace, compared with others of its route. */
  withRatio(medianRatio: number | undefined): TraceEntry {
    if (medianRatio === this.summary.medianRatio) return this;
    const { medianRatio: _, ...summary } = this.summary;
    const compared = medianRatio === undefined ? summary : { ...summary, medianRatio };
    return new TraceEntry(this.trace, compared, this.slowMs);
  }
}
