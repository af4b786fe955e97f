import { TraceFlags, type SpanContext } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import {
  DROP,
  RECORD_AND_SAMPLE,
  RECORD_ONLY,
  SpanCounts,
} from '../../../../libs/nestrace/src/pipeline/metrics/span-counts.js';

const LOCAL: SpanContext = { traceId: 'a', spanId: 'b', traceFlags: TraceFlags.SAMPLED };
const REMOTE: SpanContext = { ...LOCAL, isRemote: true };

function startsOf(counts: SpanCounts): readonly string[] {
  const starts: string[] = [];
  counts.eachStart((origin, result, count) => starts.push(`${origin} ${result} ${count}`));
  return starts;
}

describe('SpanCounts', () => {
  it('tells starts by parent and verdict, and nothing that has not been', () => {
    const counts = new SpanCounts();
    expect(startsOf(counts)).toEqual([]);
    counts.started(undefined, RECORD_AND_SAMPLE);
    counts.started(undefined, RECORD_AND_SAMPLE);
    counts.started(LOCAL, RECORD_ONLY);
    counts.started(REMOTE, DROP);
    expect(startsOf(counts)).toEqual([
      'none RECORD_AND_SAMPLE 2',
      'local RECORD_ONLY 1',
      'remote DROP 1',
    ]);
  });

  it('tells what is open, of what is recorded', () => {
    const counts = new SpanCounts();
    counts.started(undefined, RECORD_AND_SAMPLE);
    counts.started(LOCAL, RECORD_AND_SAMPLE);
    counts.started(REMOTE, RECORD_ONLY);
    counts.started(undefined, DROP);
    counts.ended({ traceId: '', spanId: '', traceFlags: TraceFlags.SAMPLED });
    expect(counts.live(RECORD_AND_SAMPLE)).toBe(1);
    expect(counts.live(RECORD_ONLY)).toBe(1);
    counts.ended({ traceId: '', spanId: '', traceFlags: TraceFlags.NONE });
    expect(counts.live(RECORD_ONLY)).toBe(0);
  });

  it('takes over what another one has counted', () => {
    const [all, one] = [new SpanCounts(), new SpanCounts()];
    one.started(undefined, RECORD_AND_SAMPLE);
    one.started(undefined, RECORD_AND_SAMPLE);
    one.ended({ traceId: '', spanId: '', traceFlags: TraceFlags.SAMPLED });
    all.started(undefined, RECORD_AND_SAMPLE);
    all.add(one);
    all.add(one);
    expect(startsOf(all)).toEqual(['none RECORD_AND_SAMPLE 5']);
    expect(all.live(RECORD_AND_SAMPLE)).toBe(3);
  });
});
