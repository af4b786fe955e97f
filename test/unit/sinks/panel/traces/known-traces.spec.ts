import { describe, expect, it, vi } from 'vitest';
import type { StoredTrace } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import { KnownTraces } from '../../../../../libs/nestrace/src/sinks/panel/traces/known-traces.js';
import { request, SETTINGS, span, trace } from '../support/trace-builder.js';
import { TraceShelf } from '../support/trace-shelf.js';

function large(extra: number, isOpen: boolean): StoredTrace {
  const spans = Array.from({ length: 2_000 + extra }, (_, index) => span(`s${index}`, 'r'));
  return trace([request('r', { isOpen }), ...spans], { traceId: 'large' });
}

describe('KnownTraces', () => {
  it('does not summarize a large trace at every step while it grows', () => {
    let now = 0;
    const store = new TraceShelf();
    const known = new KnownTraces(store, SETTINGS, () => now);
    const spans = (): number | undefined => known.entries().get('large')?.summary.spans;
    store.put(large(0, true));
    expect(spans()).toBe(2_001);
    store.put(large(10, true));
    now = 999;
    expect(spans()).toBe(2_001);
    now = 1_000;
    store.put(large(20, true));
    expect(spans()).toBe(2_021);
    store.put(large(30, false));
    expect(spans()).toBe(2_031);
  });

  it('reads what is in flight anew when asked', () => {
    const store = new TraceShelf();
    const known = new KnownTraces(store, SETTINGS);
    store.put(trace([request('r', { isOpen: true })]), trace([request('r')], { traceId: 'ended' }));
    known.entries();
    store.reads = 0;
    known.refresh();
    expect(store.reads).toBe(1);
    known.refresh('ended');
    expect(store.reads).toBe(1);
  });

  it('lets go of everything when nobody has looked for a while', () => {
    vi.useFakeTimers();
    const store = new TraceShelf();
    const known = new KnownTraces(store, SETTINGS, () => Date.now());
    store.put(trace([request('r')], { traceId: 'kept' }));
    const entries = known.entries();
    vi.advanceTimersByTime(40_000);
    expect(known.entries().size).toBe(1);
    vi.advanceTimersByTime(59_000);
    expect(entries.size).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect([entries.size, vi.getTimerCount()]).toEqual([0, 0]);
    expect([...known.entries().keys()]).toEqual(['kept']);
    vi.useRealTimers();
  });
});
