import { isFold } from '../model/entry.js';
import type { TraceView } from '../model/trace-view.js';

/** The span on the next line that is one, as the tree is shown. */
export function neighbour(view: TraceView, spanId: string, step: 1 | -1): string | undefined {
  const { entries } = view.visible.value;
  const { ids } = view.tree.value;
  const row = view.index.value.rowOf.get(spanId);
  const from = row === undefined ? -1 : entries.indexOf(row);
  if (from === -1) return undefined;
  for (let line = from + step; line >= 0 && line < entries.length; line += step) {
    const entry = entries[line];
    if (entry !== undefined && !isFold(entry)) return ids[entry];
  }
  return undefined;
}
