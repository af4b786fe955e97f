import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { StreamTick } from '../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { changeFilter, startFeed } from '../../../libs/panel-web/src/live/feed.js';
import { liveState, refused } from '../../../libs/panel-web/src/state/connection.js';
import { EMPTY_BOOK } from '../../../libs/panel-web/src/state/trace-book.js';
import { book, capture, exportBrief } from '../../../libs/panel-web/src/state/traces.js';
import { traceSummary } from '../state/trace-summary.js';

const COUNTS = { all: 1, errors: 0, slow: 0, nPlusOne: 0, inFlight: 0, orphans: 0, noise: 0 };

/** What the server would say; the test changes it as it goes. */
let server: { bootId: string; seq: number; ids: string[]; status: number };
let asked: URL[];
let send: (tick: Partial<StreamTick>) => Promise<void>;
let end: () => void;

const settle = () => vi.advanceTimersByTimeAsync(0);

function listed() {
  const traces = server.ids.map((id, index) => traceSummary({ id, startMs: 10 - index }));
  const { bootId, seq } = server;
  return { bootId, seq, traces, removed: [], matching: traces.length, counts: COUNTS };
}

function answer(address: string): Promise<Response> {
  const url = new URL(address);
  asked.push(url);
  if (server.status !== 200) {
    return Promise.resolve(new Response('{"reason":"no"}', { status: server.status }));
  }
  if (!url.pathname.endsWith('/stream')) return Promise.resolve(Response.json(listed()));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      send = async (tick) => {
        const whole = {
          ...listed(),
          upserts: [],
          export: { state: 'ok', text: 'well' },
          capture: { paused: false },
          ...tick,
        };
        const text = `event: tick\ndata: ${JSON.stringify(whole)}\n\n`;
        controller.enqueue(new TextEncoder().encode(text));
        await settle();
      };
    },
  });
  return Promise.resolve(new Response(body));
}

const shownIds = () => book.value.shown.map(({ summary }) => summary.id);
const askedFor = (path: string) => asked.filter(({ pathname }) => pathname.endsWith(path));

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal('fetch', answer);
  asked = [];
  server = { bootId: 'one', seq: 5, ids: ['a'], status: 200 };
  book.value = EMPTY_BOOK;
  end = startFeed({ query: '', noise: false });
  await settle();
});

afterEach(() => {
  end();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('the feed of the list', () => {
  it('reads the list, and what has changed since then', async () => {
    expect(shownIds()).toEqual(['a']);
    expect(askedFor('/stream')[0]?.searchParams.get('since')).toBe('5');
    await send({ seq: 6, upserts: [traceSummary({ id: 'b', startMs: 20 })] });
    expect(shownIds()).toEqual(['b', 'a']);
    expect(book.value.seq).toBe(6);
    expect(exportBrief.value).toEqual({ state: 'ok', text: 'well' });
    expect(liveState.value).toBe('streaming');
  });

  it('takes over why recording has stopped by itself', async () => {
    await send({ capture: { paused: true, autoPaused: 'too busy' } });
    expect(capture.value.autoPaused).toBe('too busy');
  });

  it('reads it anew after a restart, and keeps what was', async () => {
    server = { ...server, bootId: 'two', seq: 1, ids: ['n'] };
    await send({});
    await settle();
    expect(shownIds()).toEqual(['n', 'a']);
    expect(book.value.bootId).toBe('two');
  });

  it('asks with the filter, once nobody types any more', async () => {
    changeFilter({ query: 'has', noise: true });
    changeFilter({ query: 'has:error', noise: true });
    server.ids = [];
    await vi.advanceTimersByTimeAsync(200);
    const lists = askedFor('/traces');
    expect(lists).toHaveLength(2);
    expect(lists[1]?.searchParams.get('q')).toBe('has:error');
    expect(askedFor('/stream').at(-1)?.searchParams.get('q')).toBe('has:error');
    expect(askedFor('/stream').at(-1)?.searchParams.get('noise')).toBe('1');
    expect(shownIds()).toEqual([]);
    changeFilter({ query: '', noise: false });
  });

  it('says that it was refused', async () => {
    server.status = 403;
    changeFilter({ query: 'x', noise: false });
    await vi.advanceTimersByTimeAsync(200);
    expect(refused.value).toMatchObject({ kind: 'refused' });
    refused.value = undefined;
  });
});
