import { foldEntry, isFold, rowOfEntry, type Entry } from './entry.js';
import type { Folds } from './folds.js';
import { childrenOf, hasChildren, type TraceIndex } from './trace-index.js';

/** What is open and what is not, by the ids of spans: those stay when the trace is read anew. */
export interface Expansion {
  /** Spans whose children are hidden. */
  readonly collapsed: ReadonlySet<string>;
  /** Folds that show their spans, by the id of the first. */
  readonly openFolds: ReadonlySet<string>;
}

export const ALL_OPEN: Expansion = { collapsed: new Set(), openFolds: new Set() };

/** The lines to show, from top to bottom, and where each is in the tree as it is shown. */
export interface VisibleRows {
  readonly entries: readonly Entry[];
  /** From 1 on. */
  readonly levels: Int32Array;
  readonly position: Int32Array;
  readonly siblings: Int32Array;
}

interface Input {
  readonly ids: readonly string[];
  readonly index: TraceIndex;
  readonly folds: Folds;
  readonly expansion: Expansion;
  /** 1 for the rows to be shown and nothing else: all of them open, and nothing folded. */
  readonly only?: Uint8Array | undefined;
}

/** A stack of its own instead of recursion: spans may nest deeper than the browser lets calls. */
export function visibleRows(input: Input): VisibleRows {
  const { ids, index, folds, expansion, only } = input;
  const room = index.size + folds.members.size;
  const entries: Entry[] = [];
  const levels = new Int32Array(room);
  const position = new Int32Array(room);
  const siblings = new Int32Array(room);
  const stack: { readonly list: readonly Entry[]; at: number }[] = [];
  const enter = (list: readonly Entry[]) => {
    if (list.length > 0) stack.push({ list, at: 0 });
  };
  enter(shownChildren(-1, index, folds, only));
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const entry = top.list[top.at];
    if (entry === undefined) {
      stack.pop();
      continue;
    }
    top.at += 1;
    levels[entries.length] = stack.length;
    position[entries.length] = top.at;
    siblings[entries.length] = top.list.length;
    entries.push(entry);
    const row = rowOfEntry(entry);
    const id = ids[row] ?? '';
    if (isFold(entry)) {
      if (expansion.openFolds.has(id)) enter(folds.members.get(row) ?? []);
    } else if (only !== undefined || !expansion.collapsed.has(id)) {
      if (hasChildren(index, row)) enter(shownChildren(row, index, folds, only));
    }
  }
  return { entries, levels, position, siblings };
}

function shownChildren(
  parent: number,
  index: TraceIndex,
  folds: Folds,
  only: Uint8Array | undefined,
): readonly Entry[] {
  const shown: Entry[] = [];
  for (const row of childrenOf(index, parent)) {
    if (only !== undefined) {
      if (only[row] === 1) shown.push(row);
      continue;
    }
    const first = folds.foldOf[row] ?? -1;
    if (first === -1) shown.push(row);
    else if (first === row) shown.push(foldEntry(row));
  }
  return shown;
}

/** The rows that match and those above them. */
export function withAncestors(rows: readonly number[], index: TraceIndex): Uint8Array {
  const kept = new Uint8Array(index.size);
  for (const row of rows) {
    for (let at = row; at >= 0 && kept[at] !== 1; at = index.parent[at] ?? -1) kept[at] = 1;
  }
  return kept;
}
