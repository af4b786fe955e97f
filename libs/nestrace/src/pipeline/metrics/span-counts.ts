import { TraceFlags, type SpanContext } from '@opentelemetry/api';

/** What the sampler has said, as a place in a list of counts. */
export const DROP = 0;
export const RECORD_ONLY = 1;
export const RECORD_AND_SAMPLE = 2;
export type SamplingResult = typeof DROP | typeof RECORD_ONLY | typeof RECORD_AND_SAMPLE;

const RESULTS = 3;

/** Where the parent of a span is, as a place in a list of counts. */
const NONE = 0;
const LOCAL = 1;
const REMOTE = 2;

/**
 * How many spans have started and ended. They are counted by plain numbers, since this happens for
 * every span; somebody who collects metrics reads them from time to time.
 */
export class SpanCounts {
  /** By the place of the parent, then by what the sampler has said. Doubles count to 2⁵³. */
  private readonly starts = new Float64Array(3 * RESULTS);
  private readonly ends = new Float64Array(RESULTS);

  started(parent: SpanContext | undefined, result: SamplingResult): void {
    const origin = parent === undefined ? NONE : parent.isRemote === true ? REMOTE : LOCAL;
    const place = origin * RESULTS + result;
    this.starts[place] = (this.starts[place] ?? 0) + 1;
  }

  /** Only what is recorded ends. */
  ended({ traceFlags }: SpanContext): void {
    const result = (traceFlags & TraceFlags.SAMPLED) === 0 ? RECORD_ONLY : RECORD_AND_SAMPLE;
    this.ends[result] = (this.ends[result] ?? 0) + 1;
  }

  /** Adds what others have counted: those of an application that has closed. */
  add(other: SpanCounts): void {
    this.starts.forEach((count, place) => {
      this.starts[place] = count + (other.starts[place] ?? 0);
    });
    this.ends.forEach((count, place) => {
      this.ends[place] = count + (other.ends[place] ?? 0);
    });
  }

  /** Calls back for every kind of start there has been. */
  eachStart(tell: (origin: ParentOrigin, result: ResultName, count: number) => void): void {
    ORIGINS.forEach((origin, row) => {
      RESULT_NAMES.forEach((result, column) => {
        const count = this.starts[row * RESULTS + column] ?? 0;
        if (count > 0) tell(origin, result, count);
      });
    });
  }

  /** Spans that have started, are recorded and have not ended. */
  live(result: typeof RECORD_ONLY | typeof RECORD_AND_SAMPLE): number {
    let count = -(this.ends[result] ?? 0);
    for (let place: number = result; place < this.starts.length; place += RESULTS) {
      count += this.starts[place] ?? 0;
    }
    return count;
  }
}

/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/otel/#otel-span-parent-origin */
const ORIGINS = ['none', 'local', 'remote'] as const;
export type ParentOrigin = (typeof ORIGINS)[number];

/** https://opentelemetry.io/docs/specs/semconv/registry/attributes/otel/#otel-span-sampling-result */
export const RESULT_NAMES = ['DROP', 'RECORD_ONLY', 'RECORD_AND_SAMPLE'] as const;
export type ResultName = (typeof RESULT_NAMES)[number];
