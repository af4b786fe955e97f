import { ATTR_NEST_DB_N_PLUS_ONE } from '../../../pipeline/attributes.js';
import type { StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { AnalysisSettings } from '../traces/analysis-settings.js';
import { treeOf, type TraceTree } from '../tree/trace-tree.js';
import { callersOf, isLifecycle, methodAt } from './callers.js';
import { queriesOf, queryOf, type Query } from './trace-queries.js';

/** Many runs of one statement for one caller. */
export interface Repeat {
  readonly kind: 'n+1' | 'fan-out';
  readonly queries: readonly Query[];
  readonly caller: string;
  readonly totalMs: number;
  readonly source: Query | undefined;
}

interface Run {
  readonly row: number;
  readonly query: Query;
}

/** Clocks of one process agree to less than this. */
const SAME_MOMENT_MS = 0.02;

const NONE: readonly Repeat[] = [];

interface Known {
  readonly min: number;
  readonly minTotalMs: number;
  readonly repeats: readonly Repeat[];
}
const known = new WeakMap<StoredTrace, Known>();

/** Statements that repeat below one caller: one after the other, or side by side. */
export function repeatsOf(trace: StoredTrace, { nPlusOne }: AnalysisSettings): readonly Repeat[] {
  const { min, minTotalMs } = nPlusOne;
  const before = known.get(trace);
  if (before?.min === min && before.minTotalMs === minTotalMs) return before.repeats;
  // Most traces have too few queries for any of it, and are spared the tree.
  const repeats = mayRepeat(queriesOf(trace), min) ? findRepeats(trace, min, minTotalMs) : NONE;
  known.set(trace, { min, minTotalMs, repeats });
  return repeats;
}

function mayRepeat(queries: readonly Query[], min: number): boolean {
  return queries.length >= min || queries.some(isFlagged);
}

/** Found when it ran, of calls that may be folded by now. */
function isFlagged({ span }: Query): boolean {
  return span.attributes[ATTR_NEST_DB_N_PLUS_ONE] === true;
}

function findRepeats(trace: StoredTrace, min: number, minTotalMs: number): readonly Repeat[] {
  const tree = treeOf(trace);
  const groups = groupRuns(trace, tree);
  const candidates = sourceCandidates(trace, tree);
  const repeats: Repeat[] = [];
  for (const { anchor, runs } of groups.values()) {
    const isMarked = runs.length > 1 && runs.some(({ query }) => isFlagged(query));
    if (runs.length < min && !isMarked) continue;
    const totalMs = runs.reduce((sum, { query }) => sum + query.durationMs, 0);
    if (totalMs < minTotalMs) continue;
    const around = commonRow(tree, runs);
    repeats.push({
      kind: overlap(tree, runs) ? 'fan-out' : 'n+1',
      queries: runs.map(({ query }) => query),
      caller: around === -1 ? '' : methodAt(trace, around),
      totalMs,
      source: sourceOf(candidates, tree, anchor, runs),
    });
  }
  return repeats.toSorted((a, b) => b.totalMs - a.totalMs);
}

function groupRuns(
  trace: StoredTrace,
  tree: TraceTree,
): ReadonlyMap<string, { readonly anchor: number; readonly runs: Run[] }> {
  const { anchor: anchors, path } = callersOf(trace);
  const isOurs = new Set(queriesOf(trace).map(({ span }) => span));
  const groups = new Map<string, { anchor: number; runs: Run[] }>();
  tree.rows.forEach(({ span }, row) => {
    if (span === undefined || !isOurs.has(span)) return;
    const query = queryOf(span);
    const anchor = anchors[row] ?? -1;
    if (query.fingerprint.isControl || isLifecycle(tree, anchor)) return;
    const key = `${anchor} ${path[row]} ${query.fingerprint.hash}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { anchor, runs: [{ row, query }] });
    else group.runs.push({ row, query });
  });
  for (const { runs } of groups.values()) {
    runs.sort((a, b) => startOf(tree, a) - startOf(tree, b));
  }
  return groups;
}

function startOf({ rows }: TraceTree, { row }: Run): number {
  return rows[row]?.startMs ?? 0;
}

/** Whether most runs began while one before them was under way. */
function overlap(tree: TraceTree, runs: readonly Run[]): boolean {
  let until = -Infinity;
  let count = 0;
  for (const run of runs) {
    const start = startOf(tree, run);
    if (start < until - SAME_MOMENT_MS) count++;
    until = Math.max(until, start + run.query.durationMs);
  }
  return count * 2 >= runs.length - 1 && count > 0;
}

/** The nearest row around all of them; the rows of a subtree are the ones up to its end. */
function commonRow({ rows }: TraceTree, runs: readonly Run[]): number {
  let first = Infinity;
  let last = -1;
  for (const { row } of runs) {
    first = Math.min(first, row);
    last = Math.max(last, row);
  }
  let around = rows[first]?.parent ?? -1;
  while (around !== -1 && (rows[around]?.end ?? 0) <= last) around = rows[around]?.parent ?? -1;
  return around;
}

/** A query whose rows others may loop over. */
interface Candidate extends Run {
  readonly endMs: number;
}

const ANSWERS = /^\W*(?:select|with|show|table|values|exec|execute|call|find|aggregate)\b/i;

/** How many queries are looked at for one loop: the source is one of the last before it. */
const MAX_LOOKED_AT = 200;

/** By their end, the first first. */
function sourceCandidates(trace: StoredTrace, { rows, rowOf }: TraceTree): readonly Candidate[] {
  return queriesOf(trace)
    .flatMap((query): Candidate | [] => {
      const { span, fingerprint } = query;
      const row = rowOf.get(span.spanId) ?? -1;
      const answers = !span.isOpen && !fingerprint.isControl && ANSWERS.test(fingerprint.text);
      return answers ? { row, query, endMs: rows[row]?.endMs ?? Infinity } : [];
    })
    .toSorted((a, b) => a.endMs - b.endMs);
}

/**
 * The query that gave the rows they loop over: the last one that had ended before the first of them
 * began, or rather one with as many rows as there are runs.
 */
function sourceOf(
  candidates: readonly Candidate[],
  tree: TraceTree,
  anchor: number,
  runs: readonly Run[],
): Query | undefined {
  const [first] = runs;
  if (first === undefined) return undefined;
  const begin = startOf(tree, first) + SAME_MOMENT_MS;
  const end = anchor === -1 ? tree.rows.length : (tree.rows[anchor]?.end ?? 0);
  let last: Query | undefined;
  const behind = firstBehind(candidates, begin);
  for (let index = behind - 1; index >= Math.max(0, behind - MAX_LOOKED_AT); index--) {
    const { row, query } = candidates[index] as Candidate;
    if (row <= anchor || row >= end) continue;
    if (query.fingerprint.hash === first.query.fingerprint.hash) continue;
    if (query.rows === runs.length) return query;
    last ??= query;
  }
  return last;
}

/** Index of the first candidate that ended after a moment. */
function firstBehind(candidates: readonly Candidate[], momentMs: number): number {
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((candidates[middle]?.endMs ?? Infinity) <= momentMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
