import { nextMatch } from './model/find.js';
import { rowOfEntry } from './model/entry.js';
import {
  collapseAll,
  collapseLevel,
  expandAll,
  expandLevel,
  expandSiblings,
  expandToErrors,
  type Tree,
} from './model/expansion.js';
import { panned, zoomedIn, zoomedOut } from './model/time-window.js';
import type { TraceView } from './model/trace-view.js';
import type { Expansion, VisibleRows } from './model/visible-rows.js';

/** What keys and menus do to the tree and to the time. */
export type TraceCommands = ReturnType<typeof traceCommands>;

export function traceCommands(view: TraceView) {
  const change =
    (how: (tree: Tree, expansion: Expansion, visible: VisibleRows) => Expansion) => () => {
      view.expansion.value = how(view.tree.peek(), view.expansion.peek(), view.visible.peek());
      // Much has come or gone around the cursor: it stays in sight.
      if (view.cursor.peek() !== undefined) view.moves.value += 1;
    };
  const zoom = (how: typeof zoomedIn) => () => {
    const row = rowOfEntry(view.cursorEntry);
    const center = ((view.detail.peek().spans.start[row] ?? 0) + view.endOf(row)) / 2;
    view.zoom.value = how(view.window.peek(), center, view.duration.peek());
  };
  return {
    expandAll: change(expandAll),
    collapseAll: change(collapseAll),
    expandLevel: change(expandLevel),
    collapseLevel: change(collapseLevel),
    expandToErrors: change(expandToErrors),
    expandSiblings: change((tree, expansion) => expandSiblings(tree, expansion, view.cursorEntry)),
    zoomIn: zoom(zoomedIn),
    zoomOut: zoom(zoomedOut),
    resetZoom: () => {
      view.zoom.value = undefined;
    },
    pan: (part: number) => {
      if (view.zoom.peek() === undefined) return false;
      view.zoom.value = panned(view.window.peek(), part, view.duration.peek());
      return true;
    },
    /** False without errors. */
    stepError: (direction: 1 | -1): boolean => {
      const { errorRows } = view.index.peek();
      const row = nextMatch(errorRows, rowOfEntry(view.cursorEntry), direction);
      const id = view.detail.peek().spans.id[row];
      return id !== undefined && view.show(id);
    },
  };
}
