import { batch } from '@preact/signals';
import { api, type ListFilter } from '../api/endpoints.js';
import { apiUrl } from '../api/request.js';
import { liveState, refused, retryAt } from '../state/connection.js';
import { loadMeta } from '../state/meta.js';
import { book, capture, exportBrief, takeList, takeNews } from '../state/traces.js';
import { LiveConnection } from './live-connection.js';

let filter: ListFilter = { query: '', noise: false };
let reading: AbortController | undefined;

const connection = new LiveConnection({
  streamUrl: () =>
    apiUrl('stream', { q: filter.query, noise: filter.noise, since: book.peek().seq }),
  onTick: (tick) => {
    if (isOfAnotherBoot(tick.bootId)) {
      void readList(true);
      void loadMeta();
    } else {
      takeNews(tick);
    }
    batch(() => {
      exportBrief.value = tick.export;
      capture.value = tick.capture;
      refused.value = undefined;
    });
  },
  onResync: () => void readList(true),
  poll: pollOnce,
  onState: (state, retryInMs) => {
    batch(() => {
      liveState.value = state;
      retryAt.value = retryInMs === undefined ? undefined : Date.now() + retryInMs;
    });
  },
  onRefused: (failure) => {
    refused.value = failure;
  },
});

/** Reads the list and keeps it up to date. Returns what ends it. */
export function startFeed(initial: ListFilter): () => void {
  filter = initial;
  void readList(false).then(() => connection.start());
  return () => connection.stop();
}

/** Long enough to type the next letter. */
const TYPING_MS = 120;
let typing: ReturnType<typeof setTimeout> | undefined;

/** Another filter is another list. */
export function changeFilter(next: ListFilter): void {
  if (next.query === filter.query && next.noise === filter.noise) return;
  filter = next;
  clearTimeout(typing);
  typing = setTimeout(() => {
    void readList(false).then((isRead) => isRead && connection.restart());
  }, TYPING_MS);
}

/** Reads it anew, as after clearing. */
export async function readList(keepEarlier: boolean): Promise<boolean> {
  reading?.abort();
  const controller = new AbortController();
  reading = controller;
  const result = await api.traces(filter, undefined, controller.signal);
  if (reading !== controller) return false;
  reading = undefined;
  if (result.ok) takeList(result.value, keepEarlier);
  else if (result.failure.kind === 'refused') refused.value = result.failure;
  return result.ok;
}

async function pollOnce(): Promise<boolean> {
  const result = await api.traces(filter, book.peek().seq);
  if (!result.ok) {
    if (result.failure.kind === 'refused') refused.value = result.failure;
    return false;
  }
  const list = result.value;
  if (list.resync === true || isOfAnotherBoot(list.bootId)) takeList(list, true);
  else takeNews({ ...list, upserts: list.traces });
  const status = await api.exportStatus();
  if (status.ok) exportBrief.value = status.value.brief;
  return true;
}

/** After a restart the numbers start anew; what was asked by `since` is not what it seems. */
function isOfAnotherBoot(bootId: string): boolean {
  const known = book.peek().bootId;
  return known !== '' && known !== bootId;
}
