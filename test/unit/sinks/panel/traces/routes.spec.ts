import { describe, expect, it } from 'vitest';
import type { TraceSummary } from '../../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { NoiseFilter } from '../../../../../libs/nestrace/src/sinks/panel/traces/noise.js';
import {
  medianRatioOf,
  mediansOf,
  routeRows,
} from '../../../../../libs/nestrace/src/sinks/panel/traces/routes.js';
import { summarizeTrace } from '../../../../../libs/nestrace/src/sinks/panel/traces/summarize-trace.js';
import { percentile } from '../../../../../libs/nestrace/src/sinks/panel/traces/percentile.js';
import { request, SETTINGS, trace } from '../support/trace-builder.js';

function took(durationMs: number, isOpen = false): TraceSummary {
  const stored = trace([request('r', { for: durationMs, isOpen })]);
  return summarizeTrace(stored, SETTINGS, new NoiseFilter([]));
}

describe('medians', () => {
  it.each([
    [[1, 2, 9], 4, 2],
    [[1, 2, 4, 9], 6, 2],
  ])('of %j make %d the multiple %d', (durations, durationMs, ratio) => {
    const medians = mediansOf(durations.map((duration) => took(duration)));
    expect(medianRatioOf(took(durationMs), medians)).toBe(ratio);
  });

  it('take more than two that have ended', () => {
    expect(mediansOf([took(1), took(2), took(3, true)]).size).toBe(0);
    expect(mediansOf([took(0), took(0), took(0)]).size).toBe(0);
    const medians = mediansOf([took(1), took(2), took(3)]);
    expect(medianRatioOf(took(5, true), medians)).toBeUndefined();
  });
});

describe('routes', () => {
  it('count what has ended, or what has gone by where nothing has', () => {
    expect(routeRows([took(1), took(3), took(500, true)])).toMatchObject([
      { count: 3, p50Ms: 1, maxMs: 3 },
    ]);
    expect(routeRows([took(500, true)])).toMatchObject([{ count: 1, p50Ms: 500, maxMs: 500 }]);
  });
});

describe('percentile', () => {
  it.each([
    [[], 0.5, 0],
    [[7], 0.95, 7],
    [[1, 2, 3, 4], 0.5, 2],
    [[1, 2, 3, 4], 0.95, 4],
    [[1, 2, 3, 4], 0, 1],
  ])('of %j at %d is %d', (sorted, share, value) => {
    expect(percentile(sorted, share)).toBe(value);
  });
});
