import { buildTrace } from './fixtures/build-trace.mjs';
import { largeRequest } from './fixtures/large-request.mjs';
import { oddRequest } from './fixtures/odd-request.mjs';
import { REQUESTS } from './fixtures/requests.mjs';

const TRACES = 32;

/** Traces of a shop, and a new one every few seconds. */
export class MockStore {
  bootId = `boot-${process.pid}`;
  startedAt = Date.now() - 240_000;
  seq = 100;
  traces = [];
  made = 0;

  constructor(scene) {
    if (scene === 'empty' || scene === 'off') return;
    for (let index = TRACES; index > 0; index -= 1) {
      this.add(
        REQUESTS[1 + ((index * 5 + 3) % (REQUESTS.length - 1))],
        Date.now() - 900 - (index - 1) ** 1.8 * 700,
      );
    }
    const large = { id: 'f'.repeat(32), startMs: Date.now() - 200_000, bootId: this.bootId };
    this.traces.push(buildTrace(largeRequest(), large));
    const odd = { id: 'e'.repeat(32), startMs: Date.now() - 190_000, bootId: this.bootId };
    this.traces.push(buildTrace(oddRequest(), odd));
    this.add(REQUESTS[1], Date.now() - 2400);
    this.add(REQUESTS[0], Date.now() - 4200);
  }

  add(request, startMs = Date.now() - request.duration) {
    this.made += 1;
    this.seq += 1;
    const id =
      `${(0x4bf92f + process.pid * 65_537 + this.made * 7919).toString(16).padStart(8, '0')}3577b34da6a3ce929d0e4736`
        .padEnd(32, '0')
        .slice(0, 32);
    const trace = buildTrace(request, { id, startMs, bootId: this.bootId });
    trace.summary.seq = this.seq;
    this.traces.push(trace);
    return trace;
  }

  addNext() {
    return this.add(REQUESTS[1 + (this.made % (REQUESTS.length - 1))]);
  }

  find(id) {
    return this.traces.find(({ summary }) => summary.id === id);
  }

  clear() {
    this.traces = [];
    this.seq += 1;
  }

  summaries({ q = '', noise = false } = {}) {
    const now = Date.now();
    return this.traces
      .map(({ summary }) =>
        summary.inFlight ? { ...summary, durationMs: now - summary.startMs } : summary,
      )
      .filter((summary) => (noise || !summary.noise) && matches(summary, q))
      .toSorted((a, b) => b.startMs - a.startMs);
  }

  counts() {
    const all = this.traces.map(({ summary }) => summary);
    const quiet = all.filter(({ noise }) => !noise);
    const count = (test) => quiet.filter(test).length;
    return {
      all: quiet.length,
      errors: count(({ errors, status }) => errors > 0 || status === 'error'),
      slow: count(({ slowQueries, durationMs }) => slowQueries > 0 || durationMs > 1000),
      nPlusOne: count(({ nPlusOne }) => nPlusOne > 0),
      inFlight: count(({ inFlight }) => inFlight),
      orphans: count(({ orphan }) => orphan),
      noise: all.length - quiet.length,
    };
  }
}

/** Enough of the query language for a look at the screens. */
function matches(summary, query) {
  return query
    .split(/\s+/)
    .filter(Boolean)
    .every((term) => {
      if (term === 'has:error') return summary.errors > 0;
      if (term === 'has:n+1') return summary.nPlusOne > 0;
      if (term === 'is:inflight') return summary.inFlight;
      if (term === 'is:slow') return summary.slowQueries > 0 || summary.durationMs > 1000;
      if (term === 'is:orphan') return summary.orphan === true;
      const over = /^dur:>(\d+)/.exec(term);
      if (over) return summary.durationMs > Number(over[1]);
      const status = /^status:>=(\d+)/.exec(term);
      if (status) return summary.httpStatus >= Number(status[1]);
      return summary.name.toLowerCase().includes(term.replace(/^\w+:/, '').toLowerCase());
    });
}
