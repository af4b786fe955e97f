import type {
  StreamTick,
  TraceList,
  TraceSummary,
} from '../../../nestrace/src/sinks/panel/contract/index.js';

/** A trace of the list. */
export interface ListedTrace {
  readonly summary: TraceSummary;
  /** Of the process it ran in; traces of one that is gone can be read no more. */
  readonly bootId: string;
}

/** The list at one moment. Never changed: every piece of news makes another one. */
export interface TraceBook {
  /** Empty until the first answer. */
  readonly bootId: string;
  readonly seq: number;
  /** The newest first. */
  readonly shown: readonly ListedTrace[];
  /** New ones that wait, so that nothing moves under the pointer. */
  readonly waiting: readonly ListedTrace[];
}

export const EMPTY_BOOK: TraceBook = { bootId: '', seq: 0, shown: [], waiting: [] };

/** What came before a restart is kept to be looked at, but not for ever. */
const KEPT_OF_EARLIER_BOOTS = 100;

/** The whole list, as after a change of the filter. */
export function withList(book: TraceBook, list: TraceList, keepEarlier: boolean): TraceBook {
  const traces = list.traces.map((summary) => ({ summary, bootId: list.bootId }));
  const earlier = keepEarlier ? book.shown.filter(({ bootId }) => bootId !== list.bootId) : [];
  return {
    bootId: list.bootId,
    seq: list.seq,
    shown: inOrder([...traces, ...earlier.slice(0, KEPT_OF_EARLIER_BOOTS)], list.bootId),
    waiting: [],
  };
}

type News = Pick<StreamTick, 'bootId' | 'seq' | 'upserts' | 'removed'>;

/** What has changed. With `hold`, traces that are shown change where they are, and new ones wait. */
export function withNews(book: TraceBook, news: News, hold: boolean): TraceBook {
  const { bootId, seq } = news;
  const gone = new Set(news.removed);
  const changed = new Map(news.upserts.map((summary) => [summary.id, summary]));
  const isHere = (trace: ListedTrace) => trace.bootId !== bootId || !gone.has(trace.summary.id);
  const current = (trace: ListedTrace): ListedTrace => {
    const summary = trace.bootId === bootId ? takeOut(changed, trace.summary.id) : undefined;
    return summary === undefined ? trace : { summary, bootId };
  };

  const shown = book.shown.filter(isHere).map(current);
  const waiting = book.waiting.filter(isHere).map(current);
  const fresh = [...changed.values()].map((summary) => ({ summary, bootId }));
  if (hold) return { bootId, seq, shown, waiting: inOrder([...fresh, ...waiting], bootId) };
  return { bootId, seq, shown: inOrder([...fresh, ...waiting, ...shown], bootId), waiting: [] };
}

/** Nothing waits any more. */
export function released(book: TraceBook): TraceBook {
  if (book.waiting.length === 0) return book;
  return { ...book, shown: inOrder([...book.waiting, ...book.shown], book.bootId), waiting: [] };
}

function takeOut(map: Map<string, TraceSummary>, id: string): TraceSummary | undefined {
  const summary = map.get(id);
  map.delete(id);
  return summary;
}

/**
 * The newest first, and below them what earlier processes have left, whenever that was: an import may
 * be older than all of it. A trace that goes on in this process is listed once.
 */
function inOrder(traces: readonly ListedTrace[], bootId: string): ListedTrace[] {
  const current = traces.filter((trace) => trace.bootId === bootId);
  const ids = new Set(current.map(({ summary }) => summary.id));
  const earlier = traces.filter((trace) => trace.bootId !== bootId && !ids.has(trace.summary.id));
  return [...current.toSorted((a, b) => b.summary.startMs - a.summary.startMs), ...earlier];
}
