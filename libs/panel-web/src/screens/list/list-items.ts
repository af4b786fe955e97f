import type { ListedTrace, TraceBook } from '../../state/trace-book.js';

/** A line of the list: a trace, or the moment the process was restarted. */
export type ListItem =
  | { readonly kind: 'trace'; readonly trace: ListedTrace }
  | { readonly kind: 'restart'; readonly bootId: string; readonly atMs: number };

/** `startedAt` is that of the running process. */
export function listItems(book: TraceBook, startedAt: number | undefined): ListItem[] {
  const items: ListItem[] = [];
  let later = book.bootId;
  let oldest: number | undefined;
  for (const trace of book.shown) {
    if (trace.bootId !== later) {
      const known = later === book.bootId ? startedAt : undefined;
      const atMs = known ?? oldest ?? trace.summary.startMs;
      items.push({ kind: 'restart', bootId: later, atMs });
      later = trace.bootId;
    }
    oldest = trace.summary.startMs;
    items.push({ kind: 'trace', trace });
  }
  return items;
}

/** The next trace in a direction; the same index when there is none. */
export function traceFrom(
  items: readonly ListItem[],
  from: number,
  step: 1 | -1,
  test: (trace: ListedTrace) => boolean = () => true,
): number {
  for (let index = from + step; index >= 0 && index < items.length; index += step) {
    const item = items[index];
    if (item?.kind === 'trace' && test(item.trace)) return index;
  }
  return from;
}
