import { ATTR_NEST_DB_SLOW, ATTR_NEST_FOLDED_COUNT } from '../../../pipeline/attributes.js';
import type { StoredSpan, StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import { SPAN_FLAG, type TraceDetail } from '../contract/index.js';
import { hasAttribute, numberOf } from '../spans/read-attributes.js';
import { isError, isQuery, spanType } from '../spans/span-kinds.js';
import { repeatsOf } from '../sql/repeats.js';
import { isSlow } from '../sql/trace-sql.js';
import { queryOf } from '../sql/trace-queries.js';
import type { AnalysisSettings } from '../traces/analysis-settings.js';
import { nameOf } from '../traces/entry.js';
import { criticalPath } from './critical-path.js';
import { rowGroups } from './row-groups.js';
import { rowNote } from './row-note.js';
import { selfTimes } from './self-times.js';
import { toMicros } from './span-times.js';
import { treeOf, type TraceTree, type TreeRow } from './trace-tree.js';

type Columns = Pick<
  TraceDetail,
  'names' | 'services' | 'types' | 'notes' | 'spans' | 'foldedCounts'
>;

/** Words that many rows share are sent once. */
class Dictionary {
  readonly words: string[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(word: string): number {
    let number = this.numbers.get(word);
    if (number === undefined) {
      number = this.words.push(word) - 1;
      this.numbers.set(word, number);
    }
    return number;
  }
}

/** The rows of a trace, one array per column: a tenth of what a list of objects takes. */
export function columnsOf(trace: StoredTrace, settings: AnalysisSettings): Columns {
  const tree = treeOf(trace);
  const { rows, startMs } = tree;
  const names = new Dictionary();
  const services = new Dictionary();
  const types = new Dictionary();
  const notes = new Dictionary();
  notes.numberOf('');
  const self = selfTimes(tree);
  return {
    names: names.words,
    services: services.words,
    types: types.words,
    notes: notes.words,
    foldedCounts: foldedCounts(tree),
    spans: {
      id: rows.map(({ id }) => id),
      parent: rows.map(({ parent }) => parent),
      name: rows.map((row, index) => names.numberOf(rowName(tree, row, index))),
      service: rows.map(({ span }) => services.numberOf(span?.source.service ?? '')),
      type: rows.map(({ span }) => types.numberOf(span === undefined ? '' : spanType(span))),
      note: rows.map(({ span }) => notes.numberOf(span === undefined ? '' : rowNote(span))),
      kind: rows.map(({ span }) => span?.kind ?? 0),
      start: rows.map((row) => toMicros(row.startMs - startMs)),
      duration: rows.map((row) => toMicros(row.endMs - row.startMs)),
      self: Array.from(self, toMicros),
      flags: flagsOf(trace, tree, settings),
      group: rowGroups(tree),
    },
  };
}

/** How many calls a row stands for, of the few that stand for many. */
function foldedCounts({ rows }: TraceTree): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const [row, { span }] of rows.entries()) {
    const count = span && numberOf(span.attributes, ATTR_NEST_FOLDED_COUNT);
    if (count !== undefined) counts[row] = count;
  }
  return counts;
}

/** Of a missing parent, why it is missing. */
function rowName({ rows }: TraceTree, { span }: TreeRow, index: number): string {
  if (span !== undefined) return nameOf(span);
  const isRemote = rows[index + 1]?.span?.hasRemoteParent === true;
  return isRemote ? 'span of another process, not received' : 'span that is not kept here';
}

function flagsOf(
  trace: StoredTrace,
  tree: TraceTree,
  settings: AnalysisSettings,
): readonly number[] {
  const isCritical = criticalPath(tree);
  const repeats = new Map<StoredSpan, number>();
  for (const { kind, queries } of repeatsOf(trace, settings)) {
    const flag = kind === 'n+1' ? SPAN_FLAG.nPlusOne : SPAN_FLAG.fanOut;
    for (const { span } of queries) repeats.set(span, flag);
  }
  return tree.rows.map((row, index) => {
    const { span } = row;
    if (span === undefined) return SPAN_FLAG.placeholder;
    const parent = tree.rows[row.parent];
    const outlives = parent?.span !== undefined && row.endMs > parent.endMs + SAME_MOMENT_MS;
    return (
      flagsOfSpan(span, settings) |
      (repeats.get(span) ?? 0) |
      (isCritical[index] === 1 ? SPAN_FLAG.critical : 0) |
      (outlives ? SPAN_FLAG.outlivesParent : 0) |
      (row.inCycle ? SPAN_FLAG.cycle : 0)
    );
  });
}

/** Less than this after its parent, a span has ended with it. */
const SAME_MOMENT_MS = 0.05;

function flagsOfSpan(span: StoredSpan, settings: AnalysisSettings): number {
  const { dropped, source, attributes } = span;
  const isCut = dropped.attributes > 0 || dropped.events > 0 || dropped.links > 0;
  return (
    (span.isOpen ? SPAN_FLAG.open : 0) |
    (isError(span) ? SPAN_FLAG.error : 0) |
    (isSlowSpan(span, settings) ? SPAN_FLAG.slow : 0) |
    (!span.isSampled && !source.isReceived ? SPAN_FLAG.notExported : 0) |
    (isCut ? SPAN_FLAG.truncated : 0) |
    (source.isReceived ? SPAN_FLAG.received : 0) |
    (span.hasRemoteParent ? SPAN_FLAG.remoteParent : 0) |
    (hasAttribute(attributes, ATTR_NEST_FOLDED_COUNT) ? SPAN_FLAG.folded : 0)
  );
}

function isSlowSpan(span: StoredSpan, settings: AnalysisSettings): boolean {
  if (span.attributes[ATTR_NEST_DB_SLOW] === true) return true;
  return isQuery(span) && isSlow(queryOf(span), settings);
}
