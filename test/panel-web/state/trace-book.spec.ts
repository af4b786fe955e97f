import { describe, expect, it } from 'vitest';
import {
  EMPTY_BOOK,
  released,
  withList,
  withNews,
  type ListedTrace,
  type TraceBook,
} from '../../../libs/panel-web/src/state/trace-book.js';
import { traceSummary } from './trace-summary.js';

const trace = (id: string, startMs: number, name = id) => traceSummary({ id, startMs, name });

const COUNTS = { all: 0, errors: 0, slow: 0, nPlusOne: 0, inFlight: 0, orphans: 0, noise: 0 };

function listed(bootId: string, traces: ReturnType<typeof trace>[], book = EMPTY_BOOK): TraceBook {
  const list = { bootId, seq: 5, traces, removed: [], matching: 0, counts: COUNTS };
  return withList(book, list, true);
}

const ids = (traces: readonly ListedTrace[]) => traces.map(({ summary }) => summary.id);
const news = (upserts: ReturnType<typeof trace>[], removed: string[] = []) => ({
  bootId: 'one',
  seq: 6,
  upserts,
  removed,
});

describe('the book of traces', () => {
  const start = listed('one', [trace('a', 1), trace('c', 3)]);

  it('has the newest first', () => {
    expect(ids(start.shown)).toEqual(['c', 'a']);
    expect(ids(withNews(start, news([trace('b', 2), trace('d', 4)]), false).shown)).toEqual([
      'd',
      'c',
      'b',
      'a',
    ]);
  });

  it('lets new ones wait while somebody reads, and changes the others in their place', () => {
    const held = withNews(start, news([trace('d', 4), trace('a', 1, 'changed')]), true);
    expect(ids(held.shown)).toEqual(['c', 'a']);
    expect(held.shown[1]?.summary.name).toBe('changed');
    expect(ids(held.waiting)).toEqual(['d']);
    expect(held.seq).toBe(6);
  });

  it('keeps what waits up to date', () => {
    const held = withNews(start, news([trace('d', 4), trace('e', 5)]), true);
    const later = withNews(held, news([trace('d', 4, 'ended')], ['e']), true);
    expect(later.waiting.map(({ summary }) => summary.name)).toEqual(['ended']);
  });

  it('shows what waits when it is let go, or with the next news', () => {
    const held = withNews(start, news([trace('d', 4)]), true);
    expect(ids(released(held).shown)).toEqual(['d', 'c', 'a']);
    expect(ids(withNews(held, news([]), false).shown)).toEqual(['d', 'c', 'a']);
    expect(released(start)).toBe(start);
  });

  it('takes out what is gone', () => {
    expect(ids(withNews(start, news([], ['a']), false).shown)).toEqual(['c']);
  });

  it('keeps what an earlier process has recorded below, whenever that was', () => {
    const later = listed('two', [trace('x', 2)], start);
    expect(later.shown.map(({ summary, bootId }) => `${summary.id} ${bootId}`)).toEqual([
      'x two',
      'c one',
      'a one',
    ]);
    const ofTwo = { ...news([], ['c']), bootId: 'two' };
    expect(ids(withNews(later, ofTwo, false).shown)).toEqual(['x', 'c', 'a']);
  });

  it('lists a trace once that goes on in the next process', () => {
    const later = listed('two', [trace('a', 9)], start);
    expect(later.shown.map(({ summary, bootId }) => `${summary.id} ${bootId}`)).toEqual([
      'a two',
      'c one',
    ]);
  });

  it('keeps a hundred of them at most', () => {
    const many = listed(
      'one',
      Array.from({ length: 300 }, (_, index) => trace(String(index), index)),
    );
    expect(listed('two', [], many).shown).toHaveLength(100);
  });
});
