import { foldEntry, rowOfEntry, type Entry } from './entry.js';
import { isExpandable, isExpanded, setExpanded, type Tree } from './expansion.js';
import type { Expansion, VisibleRows } from './visible-rows.js';

/** Where a key leads: to another line, or to a change of what is open. */
export type TreeMove =
  | { readonly kind: 'go'; readonly at: number }
  | { readonly kind: 'open'; readonly expansion: Expansion };

/** Rows that PageUp and PageDown skip. */
const PAGE = 20;

/** What the keys of a tree do on the line `at`; undefined where a key has nothing to do. */
export function treeMove(
  key: string,
  at: number,
  tree: Tree,
  expansion: Expansion,
  visible: VisibleRows,
): TreeMove | undefined {
  const { entries, levels } = visible;
  const entry = entries[at];
  if (entry === undefined) return undefined;
  const last = entries.length - 1;
  switch (key) {
    case 'ArrowDown':
    case 'j':
      return go(at, at + 1, last);
    case 'ArrowUp':
    case 'k':
      return go(at, at - 1, last);
    case 'PageDown':
      return go(at, at + PAGE, last);
    case 'PageUp':
      return go(at, at - PAGE, last);
    case 'Home':
      return go(at, 0, last);
    case 'End':
      return go(at, last, last);
    case 'ArrowRight':
      if (!isExpandable(tree, entry)) return undefined;
      if (isExpanded(tree, expansion, entry)) return go(at, at + 1, last);
      return open(tree, expansion, entry, true);
    case 'ArrowLeft':
      if (isExpanded(tree, expansion, entry)) return open(tree, expansion, entry, false);
      return go(at, lineAbove(at, levels), last);
    default:
      return undefined;
  }
}

/** The line of the parent as it is shown; the same line where there is none. */
function lineAbove(at: number, levels: Int32Array): number {
  const level = levels[at] ?? 1;
  for (let line = at - 1; line >= 0; line -= 1) {
    if ((levels[line] ?? 1) < level) return line;
  }
  return at;
}

/** The line of an entry, or of what it is hidden in; 0 when there is nothing of the kind. */
export function lineOf(entry: Entry, tree: Tree, { entries }: VisibleRows): number {
  const exact = entries.indexOf(entry);
  if (exact !== -1) return exact;
  for (let row = rowOfEntry(entry); row !== -1; row = tree.index.parent[row] ?? -1) {
    const span = entries.indexOf(row);
    if (span !== -1) return span;
    const first = tree.folds.foldOf[row] ?? -1;
    const fold = first === -1 ? -1 : entries.indexOf(foldEntry(first));
    if (fold !== -1) return fold;
  }
  return 0;
}

function go(from: number, to: number, last: number): TreeMove | undefined {
  const at = Math.max(0, Math.min(last, to));
  return at === from ? undefined : { kind: 'go', at };
}

function open(tree: Tree, expansion: Expansion, entry: Entry, expanded: boolean): TreeMove {
  return { kind: 'open', expansion: setExpanded(tree, expansion, [entry], expanded) };
}
