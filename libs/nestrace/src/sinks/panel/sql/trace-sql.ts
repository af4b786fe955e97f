import type { StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { RepeatedStatement, TraceQuery, TraceSql } from '../contract/index.js';
import type { AnalysisSettings } from '../traces/analysis-settings.js';
import { traceName } from '../traces/entry.js';
import { roundMs, toMicros } from '../tree/span-times.js';
import { treeOf } from '../tree/trace-tree.js';
import { callerOf } from './callers.js';
import { repeatsOf, type Repeat } from './repeats.js';
import { queriesOf, queryOf, type Query } from './trace-queries.js';

/** What a trace did in databases, in the order it began. */
export function traceSql(trace: StoredTrace, settings: AnalysisSettings): TraceSql {
  const tree = treeOf(trace);
  const queries = queriesOf(trace);
  const known = new Set(queries.map(({ span }) => span));
  const exactly = counts(queries.map((query) => query.exactly));
  const similar = counts(queries.map(({ fingerprint }) => fingerprint.hash));
  const repeats = repeatsOf(trace, settings);
  const kinds = new Map(repeats.flatMap(({ queries: all, kind }) => all.map((q) => [q, kind])));
  const shown: TraceQuery[] = [];
  tree.rows.forEach(({ span, startMs }, row) => {
    if (span === undefined || !known.has(span)) return;
    const query = queryOf(span);
    const repeat = kinds.get(query);
    shown.push({
      row,
      spanId: span.spanId,
      fingerprint: query.fingerprint.hash,
      text: query.text,
      summary: query.summary,
      system: query.system,
      caller: callerOf(trace, row),
      start: toMicros(startMs - tree.startMs),
      duration: toMicros(query.durationMs),
      open: span.isOpen,
      slow: isSlow(query, settings),
      ...(query.rows !== undefined && { rows: query.rows }),
      ...(query.error !== undefined && { error: query.error }),
      duplicates: (query.exactly !== undefined && exactly.get(query.exactly)) || 1,
      similar: similar.get(query.fingerprint.hash) ?? 1,
      ...(repeat !== undefined && { repeat }),
    });
  });
  return {
    queries: shown.toSorted((a, b) => a.start - b.start || a.row - b.row),
    repeats: repeats.map((repeat) => repeatedStatement(trace, repeat)),
    totalMs: roundMs(queries.reduce((sum, { durationMs }) => sum + durationMs, 0)),
  };
}

export function isSlow({ durationMs }: Query, { slowMs }: AnalysisSettings): boolean {
  return durationMs >= slowMs;
}

export function repeatedStatement(trace: StoredTrace, repeat: Repeat): RepeatedStatement {
  const { kind, queries, caller, totalMs, source } = repeat;
  const tree = treeOf(trace);
  const fingerprint = queries[0]?.fingerprint;
  return {
    kind,
    traceId: trace.traceId,
    traceName: traceName(trace),
    fingerprint: fingerprint?.hash ?? '',
    text: fingerprint?.text ?? '',
    summary: queries[0]?.summary ?? '',
    caller,
    count: queries.length,
    totalMs: roundMs(totalMs),
    traceMs: roundMs(tree.endMs - tree.startMs),
    ...(source !== undefined && {
      source: { text: source.fingerprint.text, spanId: source.span.spanId },
    }),
    spanIds: queries.map(({ span }) => span.spanId),
  };
}

function counts(keys: readonly (string | undefined)[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const key of keys) if (key !== undefined) found.set(key, (found.get(key) ?? 0) + 1);
  return found;
}
