import { batch, computed, signal } from '@preact/signals';
import type {
  CaptureState,
  ExportBrief,
  QueryProblem,
  StreamTick,
  TraceCounts,
  TraceList,
} from '../../../nestrace/src/sinks/panel/contract/index.js';
import { EMPTY_BOOK, released, withList, withNews, type TraceBook } from './trace-book.js';

/** The list, kept up to date by `live/feed.ts`. */
export const book = signal<TraceBook>(EMPTY_BOOK);
export const counts = signal<TraceCounts | undefined>(undefined);
export const matching = signal(0);
export const exportBrief = signal<ExportBrief | undefined>(undefined);
export const capture = signal<CaptureState>({ paused: false });
export const queryProblem = signal<QueryProblem | undefined>(undefined);

/** The user has stopped the list. */
export const paused = signal(false);
/** The list is being read somewhere below its top: new rows would push it around. */
const busy = signal(false);

export const waitingCount = computed(() => book.value.waiting.length);

export function showWaiting(): void {
  book.value = released(book.peek());
}

export function togglePaused(): void {
  batch(() => {
    paused.value = !paused.peek();
    if (!paused.peek() && !busy.peek()) showWaiting();
  });
}

export function setBusy(isBusy: boolean): void {
  busy.value = isBusy;
}

export function takeList(list: TraceList, keepEarlier: boolean): void {
  batch(() => {
    book.value = withList(book.peek(), list, keepEarlier);
    counts.value = list.counts;
    matching.value = list.matching;
    queryProblem.value = list.problem;
  });
}

export function takeNews(news: Omit<StreamTick, 'export' | 'capture'>): void {
  batch(() => {
    book.value = withNews(book.peek(), news, paused.peek() || busy.peek());
    counts.value = news.counts;
    matching.value = news.matching;
  });
}
