import { foldEntry, isFold, rowOfEntry, type Entry } from './entry.js';
import type { Folds } from './folds.js';
import { childrenOf, hasChildren, type TraceIndex } from './trace-index.js';
import { ALL_OPEN, type Expansion, type VisibleRows } from './visible-rows.js';

/** A trace as far as opening and closing goes. */
export interface Tree {
  readonly ids: readonly string[];
  readonly index: TraceIndex;
  readonly folds: Folds;
}

export function isExpandable(tree: Tree, entry: Entry): boolean {
  return isFold(entry) || hasChildren(tree.index, entry);
}

export function isExpanded(tree: Tree, { collapsed, openFolds }: Expansion, entry: Entry): boolean {
  const id = tree.ids[rowOfEntry(entry)] ?? '';
  return isFold(entry) ? openFolds.has(id) : hasChildren(tree.index, entry) && !collapsed.has(id);
}

export function setExpanded(
  tree: Tree,
  expansion: Expansion,
  entries: readonly Entry[],
  expanded: boolean,
): Expansion {
  const collapsed = new Set(expansion.collapsed);
  const openFolds = new Set(expansion.openFolds);
  for (const entry of entries) {
    const id = tree.ids[rowOfEntry(entry)] ?? '';
    if (isFold(entry) === expanded) (isFold(entry) ? openFolds : collapsed).add(id);
    else (isFold(entry) ? openFolds : collapsed).delete(id);
  }
  return { collapsed, openFolds };
}

export function collapseAll({ ids, index }: Tree): Expansion {
  return {
    collapsed: new Set(ids.filter((_, row) => hasChildren(index, row))),
    openFolds: new Set(),
  };
}

/** Opens all spans; where they are open already, the folds too. */
export function expandAll({ ids, folds }: Tree, { collapsed }: Expansion): Expansion {
  if (collapsed.size > 0) return ALL_OPEN;
  return {
    collapsed: new Set(),
    openFolds: new Set([...folds.members.keys()].map((row) => ids[row] ?? '')),
  };
}

/** Only what leads to an error stays open. */
export function expandToErrors({ ids, index, folds }: Tree): Expansion {
  const errors = new Set(index.errorRows);
  const leads = (row: number) => (index.errorsBelow[row] ?? 0) > 0;
  const collapsed = ids.filter((_, row) => hasChildren(index, row) && !leads(row));
  const openFolds = [...folds.members].flatMap(([first, rows]) =>
    rows.some((row) => leads(row) || errors.has(row)) ? [ids[first] ?? ''] : [],
  );
  return { collapsed: new Set(collapsed), openFolds: new Set(openFolds) };
}

/** The next level opens: of all that is closed, what is nearest to the root. */
export function expandLevel(tree: Tree, expansion: Expansion, visible: VisibleRows): Expansion {
  return changeLevel(tree, expansion, visible, true);
}

/** The deepest level that is open closes. */
export function collapseLevel(tree: Tree, expansion: Expansion, visible: VisibleRows): Expansion {
  return changeLevel(tree, expansion, visible, false);
}

function changeLevel(
  tree: Tree,
  expansion: Expansion,
  { entries, levels }: VisibleRows,
  expanded: boolean,
): Expansion {
  const found: Entry[] = [];
  let level = expanded ? Number.POSITIVE_INFINITY : 0;
  entries.forEach((entry, at) => {
    if (!isExpandable(tree, entry) || isExpanded(tree, expansion, entry) === expanded) return;
    const own = levels[at] ?? 1;
    if (expanded ? own < level : own > level) {
      level = own;
      found.length = 0;
    }
    if (own === level) found.push(entry);
  });
  return found.length === 0 ? expansion : setExpanded(tree, expansion, found, expanded);
}

/** All that stands beside a line opens. */
export function expandSiblings(tree: Tree, expansion: Expansion, entry: Entry): Expansion {
  const { index, folds } = tree;
  const row = rowOfEntry(entry);
  const fold = folds.foldOf[row] ?? -1;
  if (!isFold(entry) && fold !== -1) {
    return setExpanded(tree, expansion, folds.members.get(fold) ?? [], true);
  }
  const siblings = [...childrenOf(index, index.parent[row] ?? -1)].flatMap((sibling) => {
    const first = folds.foldOf[sibling] ?? -1;
    if (first === -1) return hasChildren(index, sibling) ? [sibling] : [];
    return first === sibling ? [foldEntry(sibling)] : [];
  });
  return setExpanded(tree, expansion, siblings, true);
}

/** Opens all above a row, and the fold it is in. */
export function reveal(tree: Tree, expansion: Expansion, row: number): Expansion {
  const closed: Entry[] = [];
  for (let at = row; at !== -1; at = tree.index.parent[at] ?? -1) {
    const first = tree.folds.foldOf[at] ?? -1;
    if (first !== -1) closed.push(foldEntry(first));
    if (at !== row) closed.push(at);
  }
  const hidden = closed.filter((entry) => !isExpanded(tree, expansion, entry));
  return hidden.length === 0 ? expansion : setExpanded(tree, expansion, hidden, true);
}
