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
    shown: newestFirst([...traces, ...earlier.slice(0, KEPT_OF_EARLIER_BOOTS)]),
    waiting: [],
  };
}

type News = Pick<StreamTick, 'bootId' | 'seq' | 'upserts' | 'removed'>;

/**
 * What has changed. With `hold`, traces that are shown change where they are, and new ones wait.
 * What is removed while they wait goes at once only if it is not shown.
 */
export function withNews(book: TraceBook, news: News, hold: boolean): TraceBook {
  const gone = new Set(news.removed);
  const changed = new Map(news.upserts.map((summary) => [summary.id, summary]));
  const current = ({ summary, bootId }: ListedTrace): ListedTrace =>
    bootId === news.bootId
      ? { summary: takeOut(changed, summary.id) ?? summary, bootId }
      : { summary, bootId };
  const isHere = ({ summary, bootId }: ListedTrace) =>
    bootId !== news.bootId || !gone.has(summary.id);

  const shown = book.shown.filter(isHere).map(current);
  const waiting = book.waiting.filter(isHere).map(current);
  const fresh = [...changed.values()].map((summary) => ({ summary, bootId: news.bootId }));
  const { bootId, seq } = news;
  if (hold) return { bootId, seq, shown, waiting: newestFirst([...fresh, ...waiting]) };
  return { bootId, seq, shown: newestFirst([...fresh, ...waiting, ...shown]), waiting: [] };
}

/** Nothing waits any more. */
export function released(book: TraceBook): TraceBook {
  if (book.waiting.length === 0) return book;
  return { ...book, shown: newestFirst([...book.waiting, ...book.shown]), waiting: [] };
}

function takeOut(map: Map<string, TraceSummary>, id: string): TraceSummary | undefined {
  const summary = map.get(id);
  map.delete(id);
  return summary;
}

function newestFirst(traces: ListedTrace[]): ListedTrace[] {
  return traces.toSorted((a, b) => b.summary.startMs - a.summary.startMs);
}
