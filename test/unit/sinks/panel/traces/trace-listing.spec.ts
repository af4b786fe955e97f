import { describe, expect, it } from 'vitest';
import type { StoredTrace } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import { TraceListing } from '../../../../../libs/nestrace/src/sinks/panel/traces/trace-listing.js';
import { exceptionEvent, request, SETTINGS, span, trace } from '../support/trace-builder.js';
import { TraceShelf } from '../support/trace-shelf.js';

const ALL = { text: '', noise: false };

function requestTrace(traceId: string, durationMs = 10, name = 'GET /a'): StoredTrace {
  return trace([request('r', { name, for: durationMs })], { traceId });
}

function begin(): { store: TraceShelf; listing: TraceListing } {
  const store = new TraceShelf();
  return { store, listing: new TraceListing(store, SETTINGS, 'boot-1') };
}

const PROBE = trace([request('r', { attributes: { 'url.path': '/health' } })], {
  traceId: 'probe',
});

describe('TraceListing', () => {
  it('lists the newest first', () => {
    const { store, listing } = begin();
    store.put(requestTrace('a'), requestTrace('b'));
    const list = listing.list(ALL);
    expect(list.traces.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(list).toMatchObject({ bootId: 'boot-1', seq: 2, matching: 2, removed: [] });
    expect(list.resync).toBeUndefined();
  });

  it('has no more than asked for, and says how many there are', () => {
    const { store, listing } = begin();
    store.put(...['a', 'b', 'c'].map((id) => requestTrace(id)));
    expect(listing.list({ ...ALL, limit: 2 })).toMatchObject({ matching: 3 });
    expect(listing.list({ ...ALL, limit: 2 }).traces).toHaveLength(2);
    expect(listing.list({ ...ALL, limit: Number.NaN }).traces).toHaveLength(3);
  });

  it('hides noise unless asked, and counts it', () => {
    const { store, listing } = begin();
    store.put(requestTrace('a'), PROBE);
    const hidden = listing.list(ALL);
    expect(hidden.traces.map(({ id }) => id)).toEqual(['a']);
    expect(hidden.counts).toMatchObject({ all: 1, noise: 1 });
    expect(listing.list({ ...ALL, noise: true })).toMatchObject({
      matching: 2,
      counts: { all: 2, noise: 1 },
    });
  });

  it('counts what there is of each sort', () => {
    const { store, listing } = begin();
    const failed = { events: [exceptionEvent('Error', 'x')], isOpen: true };
    store.put(requestTrace('a'), trace([span('x', 'lost', failed)], { traceId: 'b' }));
    expect(listing.list(ALL).counts).toEqual({
      all: 2,
      errors: 1,
      slow: 0,
      nPlusOne: 0,
      inFlight: 1,
      orphans: 1,
      noise: 0,
    });
  });

  it('shows what a query asks for, and nothing for one that cannot be read', () => {
    const { store, listing } = begin();
    store.put(requestTrace('a', 10, 'GET /a'), requestTrace('b', 10, 'GET /b'));
    expect(listing.list({ ...ALL, text: '"/b"' }).traces.map(({ id }) => id)).toEqual(['b']);
    const broken = listing.list({ ...ALL, text: 'status:what' });
    expect(broken).toMatchObject({ traces: [], matching: 0, counts: { all: 2 } });
    expect(broken.problem?.from).toBe(0);
  });

  it('tells what has changed, and what is gone or matches no more', () => {
    const { store, listing } = begin();
    store.put(requestTrace('a'), requestTrace('b'), requestTrace('c'));
    const { seq } = listing.list({ ...ALL, text: 'dur:<50' });
    store.put(requestTrace('b', 99), requestTrace('d'));
    store.evict('a');
    const tick = listing.tick({ ...ALL, text: 'dur:<50', since: seq });
    expect(tick).toMatchObject({ bootId: 'boot-1', seq: 6, matching: 2, counts: { all: 3 } });
    if (tick === 'resync') throw new Error('it should know');
    expect(tick.upserts.map(({ id }) => id)).toEqual(['d']);
    expect(tick.removed.toSorted()).toEqual(['a', 'b']);
    const list = listing.list({ ...ALL, text: 'dur:<50', since: seq });
    expect(list.traces.map(({ id }) => id)).toEqual(['d']);
  });

  it('asks to begin anew where it does not know any more', () => {
    const { store, listing } = begin();
    store.put(requestTrace('a'));
    store.forgetsBefore = 5;
    expect(listing.tick({ ...ALL, since: 1 })).toBe('resync');
    store.forgetsBefore = 0;
    expect(listing.tick({ ...ALL, since: 999 })).toBe('resync');
    expect(listing.list({ ...ALL, since: 999 })).toMatchObject({ resync: true, matching: 1 });
  });

  it('reads only what has changed', () => {
    const { store, listing } = begin();
    store.put(...Array.from({ length: 500 }, (_, index) => requestTrace(`t${index}`)));
    const { seq } = listing.list(ALL);
    store.put(requestTrace('t7'));
    store.reads = 0;
    for (let tick = 0; tick < 10; tick++) listing.tick({ ...ALL, since: seq });
    expect(store.reads).toBe(1);
  });

  it('keeps a line as it is while its trace is', () => {
    const { store, listing } = begin();
    store.put(requestTrace('a'));
    const [before] = listing.list(ALL).traces;
    expect(listing.list(ALL).traces[0]).toBe(before);
  });

  it('compares a trace with others of its route from three on', () => {
    const { store, listing } = begin();
    store.put(requestTrace('a', 100), requestTrace('b', 100));
    expect(listing.list(ALL).traces[0]?.medianRatio).toBeUndefined();
    store.put(requestTrace('c', 230), requestTrace('d', 5, 'GET /other'));
    const ratios = listing.list(ALL).traces.map(({ id, medianRatio }) => [id, medianRatio]);
    expect(ratios).toEqual([
      ['d', undefined],
      ['c', 2.3],
      ['b', 1],
      ['a', 1],
    ]);
    expect(listing.list(ALL).counts.slow).toBe(1);
    expect(listing.list({ ...ALL, text: 'has:slow' }).traces.map(({ id }) => id)).toEqual(['c']);
  });

  it('groups routes, the slowest first', () => {
    const { store, listing } = begin();
    store.put(
      requestTrace('a', 10),
      requestTrace('b', 30),
      requestTrace('c', 500, 'GET /c'),
      PROBE,
    );
    expect(listing.routes().routes).toMatchObject([
      { name: 'GET /c', count: 1, p50Ms: 500, traceId: 'c' },
      { name: 'GET /a', count: 2, p50Ms: 10, p95Ms: 30, maxMs: 30, slowestTraceId: 'b', errors: 0 },
    ]);
  });

  it('suggests keys, the most frequent first', () => {
    const { store, listing } = begin();
    const attributes = { rare: 1, __proto__: 2 };
    store.put(requestTrace('a'), requestTrace('b'), trace([span('x', undefined, { attributes })]));
    const keys = listing.attributeKeys();
    expect(keys).toContain('http.route');
    expect(keys.at(-1)).toBe('rare');
    expect(listing.attributeKeys()).toBe(keys);
  });

  it('knows one trace by its id', () => {
    const { store, listing } = begin();
    store.put(requestTrace('a'));
    expect(listing.summary('a')?.name).toBe('GET /a');
    expect(listing.summary('b')).toBeUndefined();
  });

  it('shows nothing of what was cleared', () => {
    const { store, listing } = begin();
    store.put(requestTrace('a'));
    listing.list(ALL);
    store.evict('a');
    expect(listing.list(ALL)).toMatchObject({ traces: [], counts: { all: 0 } });
  });
});
