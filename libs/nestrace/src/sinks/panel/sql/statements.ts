import { NEST_TYPE_LIFECYCLE } from '../../../pipeline/attributes.js';
import type { SpanStore } from '../../../pipeline/span-store/span-store.js';
import type { StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { StatementDetail, StatementList, StatementRow } from '../contract/index.js';
import { nestTypeOf } from '../spans/span-kinds.js';
import type { AnalysisSettings } from '../traces/analysis-settings.js';
import { rootSpan, traceName } from '../traces/entry.js';
import { percentile } from '../traces/percentile.js';
import { roundMs, startMsOf } from '../tree/span-times.js';
import { treeOf } from '../tree/trace-tree.js';
import { callerOf } from './callers.js';
import { repeatsOf } from './repeats.js';
import { isSlow, repeatedStatement } from './trace-sql.js';
import { queriesOf, type Query } from './trace-queries.js';

const MAX_STATEMENTS = 500;
const MAX_REPEATS = 100;
const MAX_NAMES = 20;
const MAX_SAMPLES = 20;

/** All runs of one statement. */
interface Gathered {
  readonly first: Query;
  readonly runs: Run[];
  nPlusOne: number;
  fanOut: number;
}

/** All statements there are, the one that takes the most time in all first. */
export function statements(store: SpanStore, settings: AnalysisSettings): StatementList {
  // What the application does once, at its start, is in the trace of that.
  const traces = tracesOf(store).filter((trace) => !isOfLifecycle(trace));
  const rows = [...gather(traces, settings).values()].map((all) => statementRow(all, settings));
  const repeats = traces.flatMap((trace) =>
    repeatsOf(trace, settings).map((repeat) => ({ trace, repeat })),
  );
  return {
    statements: rows.toSorted((a, b) => b.totalMs - a.totalMs).slice(0, MAX_STATEMENTS),
    repeats: repeats
      .toSorted((a, b) => b.repeat.totalMs - a.repeat.totalMs)
      .slice(0, MAX_REPEATS)
      .map(({ trace, repeat }) => repeatedStatement(trace, repeat)),
  };
}

/** One statement with its slowest and its newest runs. */
export function statementDetail(
  store: SpanStore,
  fingerprint: string,
  settings: AnalysisSettings,
): StatementDetail | undefined {
  const all = gather(tracesOf(store), settings, fingerprint).get(fingerprint);
  if (all === undefined) return undefined;
  const slowest = all.runs.toSorted((a, b) => b.query.durationMs - a.query.durationMs);
  const newest = all.runs.toReversed();
  const samples = new Set([
    ...slowest.slice(0, MAX_SAMPLES / 2),
    ...newest.slice(0, MAX_SAMPLES / 2),
  ]);
  return {
    statement: statementRow(all, settings),
    samples: Array.from(samples, sampleOf),
  };
}

interface Run {
  readonly trace: StoredTrace;
  readonly query: Query;
}

function sampleOf({ trace, query }: Run): StatementDetail['samples'][number] {
  return {
    traceId: trace.traceId,
    spanId: query.span.spanId,
    traceName: traceName(trace),
    caller: callerIn(trace, query),
    startMs: startMsOf(query.span, trace.firstSeenMs),
    durationMs: roundMs(query.durationMs),
    ...(query.error !== undefined && { error: query.error }),
  };
}

function isOfLifecycle(trace: StoredTrace): boolean {
  const root = rootSpan(trace);
  return root !== undefined && nestTypeOf(root) === NEST_TYPE_LIFECYCLE;
}

function tracesOf(store: SpanStore): readonly StoredTrace[] {
  return store.traceIds().flatMap((id) => store.trace(id) ?? []);
}

function gather(
  traces: readonly StoredTrace[],
  settings: AnalysisSettings,
  only?: string,
): ReadonlyMap<string, Gathered> {
  const all = new Map<string, Gathered>();
  for (const trace of traces) {
    for (const query of queriesOf(trace)) {
      const { hash, isControl } = query.fingerprint;
      if (isControl || (only !== undefined && hash !== only)) continue;
      const gathered = all.get(hash);
      if (gathered !== undefined) gathered.runs.push({ trace, query });
      else all.set(hash, { first: query, runs: [{ trace, query }], nPlusOne: 0, fanOut: 0 });
    }
    countRepeats(trace, settings, all);
  }
  return all;
}

/** A trace counts once for a statement, however often it repeats there. */
function countRepeats(
  trace: StoredTrace,
  settings: AnalysisSettings,
  all: ReadonlyMap<string, Gathered>,
): void {
  const seen = new Set<string>();
  for (const { kind, queries } of repeatsOf(trace, settings)) {
    const hash = queries[0]?.fingerprint.hash ?? '';
    const gathered = all.get(hash);
    if (gathered === undefined || seen.has(kind + hash)) continue;
    seen.add(kind + hash);
    if (kind === 'n+1') gathered.nPlusOne++;
    else gathered.fanOut++;
  }
}

function statementRow(
  { first, runs, nPlusOne, fanOut }: Gathered,
  settings: AnalysisSettings,
): StatementRow {
  const durations = runs.map(({ query }) => query.durationMs).toSorted((a, b) => a - b);
  const totalMs = durations.reduce((sum, duration) => sum + duration, 0);
  const rows = runs.flatMap(({ query }) => query.rows ?? []);
  return {
    fingerprint: first.fingerprint.hash,
    text: first.fingerprint.text,
    summary: first.summary,
    system: first.system,
    calls: runs.length,
    totalMs: roundMs(totalMs),
    avgMs: roundMs(totalMs / runs.length),
    p95Ms: roundMs(percentile(durations, 0.95)),
    maxMs: roundMs(durations.at(-1) ?? 0),
    slow: runs.filter(({ query }) => isSlow(query, settings)).length,
    errors: runs.filter(({ query }) => query.error !== undefined).length,
    nPlusOne,
    fanOut,
    ...(rows.length > 0 && { rows: rows.reduce((sum, count) => sum + count, 0) }),
    routes: namesOf(runs.map(({ trace }) => traceName(trace))),
    callers: namesOf(runs.map(({ trace, query }) => callerIn(trace, query))),
  };
}

function callerIn(trace: StoredTrace, { span }: Query): string {
  const row = treeOf(trace).rowOf.get(span.spanId);
  return row === undefined ? '' : callerOf(trace, row);
}

function namesOf(names: readonly string[]): readonly string[] {
  return [...new Set(names)].filter((name) => name !== '').slice(0, MAX_NAMES);
}
