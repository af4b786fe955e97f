import type { RouteRow, TraceSummary } from '../contract/index.js';
import { roundMs } from '../tree/span-times.js';
import { percentile } from './percentile.js';

const MIN_TRACES_FOR_MEDIAN = 3;

/** What traces have in common that do the same. */
function routeKey({ entry, name }: TraceSummary): string {
  return `${entry}\0${name}`;
}

/** How long a trace of each route takes as a rule; of those that are seldom, nothing is known. */
export function mediansOf(summaries: Iterable<TraceSummary>): ReadonlyMap<string, number> {
  const medians = new Map<string, number>();
  for (const [key, all] of groupByRoute(summaries)) {
    const durations = durationsOf(all);
    if (durations.length < MIN_TRACES_FOR_MEDIAN) continue;
    const middle = durations.length / 2;
    const median =
      ((durations[Math.ceil(middle) - 1] ?? 0) + (durations[Math.floor(middle)] ?? 0)) / 2;
    if (median > 0) medians.set(key, median);
  }
  return medians;
}

/** Duration over the median of its route; one in flight is not comparable. */
export function medianRatioOf(
  summary: TraceSummary,
  medians: ReadonlyMap<string, number>,
): number | undefined {
  const median = summary.inFlight ? undefined : medians.get(routeKey(summary));
  return median === undefined ? undefined : Math.round((summary.durationMs / median) * 100) / 100;
}

/** Routes with how they fare, the slowest first. The summaries come with the oldest first. */
export function routeRows(summaries: Iterable<TraceSummary>): readonly RouteRow[] {
  const rows = [...groupByRoute(summaries).values()].flatMap((all) => routeRow(all) ?? []);
  return rows.toSorted((a, b) => b.p95Ms - a.p95Ms || b.errors - a.errors || b.count - a.count);
}

function routeRow(all: readonly TraceSummary[]): RouteRow | undefined {
  const newest = all.at(-1);
  if (newest === undefined) return undefined;
  const ended = durationsOf(all);
  // Where all of them still run, what they have taken so far says more than nothing.
  const durations = ended.length > 0 ? ended : sorted(all);
  const slowest = all.reduce((a, b) => (b.durationMs > a.durationMs ? b : a), newest);
  const queries = all.reduce((sum, summary) => sum + summary.queries, 0);
  return {
    name: newest.name,
    entry: newest.entry,
    count: all.length,
    p50Ms: roundMs(percentile(durations, 0.5)),
    p95Ms: roundMs(percentile(durations, 0.95)),
    maxMs: roundMs(durations.at(-1) ?? 0),
    errors: all.filter(({ errors, status }) => errors > 0 || status === 'error').length,
    queriesPerTrace: Math.round((queries / all.length) * 10) / 10,
    nPlusOne: all.filter(({ nPlusOne }) => nPlusOne > 0).length,
    traceId: newest.id,
    slowestTraceId: slowest.id,
  };
}

function groupByRoute(summaries: Iterable<TraceSummary>): Map<string, TraceSummary[]> {
  const groups = new Map<string, TraceSummary[]>();
  for (const summary of summaries) {
    const key = routeKey(summary);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [summary]);
    else group.push(summary);
  }
  return groups;
}

function durationsOf(all: readonly TraceSummary[]): readonly number[] {
  return sorted(all.filter(({ inFlight }) => !inFlight));
}

function sorted(summaries: readonly TraceSummary[]): readonly number[] {
  return summaries.map(({ durationMs }) => durationMs).toSorted((a, b) => a - b);
}
