import { setTimeout } from 'node:timers/promises';
import {
  defaultTextMapGetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PanelLimitsOptions } from '../../../../libs/nestrace/src/config/panel-limits.options.js';
import {
  discardLocalTrace,
  localTraceOf,
} from '../../../../libs/nestrace/src/pipeline/local-trace.js';
import { RecordingPropagator } from '../../../../libs/nestrace/src/pipeline/propagation/recording.propagator.js';
import { TraceContextPropagator } from '../../../../libs/nestrace/src/pipeline/propagation/trace-context.propagator.js';
import { LoadWatch } from '../../../../libs/nestrace/src/pipeline/span-store/load-watch.js';
import { MemorySpanStore } from '../../../../libs/nestrace/src/pipeline/span-store/memory-span-store.js';
import { createRedaction } from '../../../../libs/nestrace/src/pipeline/redaction/create-redaction.js';
import { PanelRedaction } from '../../../../libs/nestrace/src/pipeline/span-store/panel-redaction.js';
import type {
  StoredSpan,
  StoredTrace,
} from '../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import { resolve } from '../../support/options.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

describe('MemorySpanStore', () => {
  let tracing: Tracing;
  let store: MemorySpanStore;

  function start(limits: PanelLimitsOptions = {}, load = new LoadWatch()): void {
    tracing?.stop();
    const options = resolve({ panel: { limits: { maxTracesPerSecond: 100_000, ...limits } } });
    const redaction = new PanelRedaction(createRedaction(options), options.panel.limits);
    store = new MemorySpanStore(options.panel.limits, redaction, load);
    tracing = startTracing({ members: [store] });
  }

  beforeEach(() => {
    start();
  });
  afterEach(async () => {
    tracing.stop();
    await store.shutdown();
  });

  const below = (span: Span): Context => trace.setSpan(ROOT_CONTEXT, span);

  function oneSpan(name = 'root', attributes = {}): string {
    const span = tracing.tracer.startSpan(name, { attributes, root: true });
    span.end();
    return span.spanContext().traceId;
  }

  function read(traceId: string): StoredTrace {
    const found = store.trace(traceId);
    if (found === undefined) throw new Error(`no trace ${traceId}`);
    return found;
  }

  const names = (traceId: string): string[] => read(traceId).spans.map(({ name }) => name);

  it('keeps a trace with all there is to know of its spans', () => {
    const root = tracing.tracer.startSpan('GET /users/:id', {
      attributes: { 'nest.type': 'request' },
    });
    const child = tracing.tracer.startSpan('find', {}, below(root));
    child.addEvent('looked', { rows: 1 });
    child.addLink({ context: root.spanContext(), attributes: { why: 'test' } });
    child.setStatus({ code: SpanStatusCode.ERROR, message: 'no such user' });
    child.end();
    root.end();
    const { traceId, spanId } = root.spanContext();
    const { spans, openSpans, omittedSpans } = read(traceId);
    expect({ openSpans, omittedSpans }).toEqual({ openSpans: 0, omittedSpans: 0 });
    expect(spans).toHaveLength(2);
    expect(spans[0]).toMatchObject({ name: 'GET /users/:id', isOpen: false, isSampled: true });
    const [first, second] = spans as [StoredSpan, StoredSpan];
    expect(second).toMatchObject({
      traceId,
      parentSpanId: spanId,
      hasRemoteParent: false,
      statusCode: SpanStatusCode.ERROR,
      statusMessage: 'no such user',
      events: [{ name: 'looked', attributes: { rows: 1 } }],
      links: [{ context: { traceId, spanId }, attributes: { why: 'test' } }],
      source: { service: 'test', scope: { name: 'test' }, isReceived: false },
    });
    expect(Math.abs(first.startMs - Date.now())).toBeLessThan(60_000);
    expect(second.startMs).toBeGreaterThanOrEqual(first.startMs);
    expect(first.durationMs).toBeGreaterThanOrEqual(second.durationMs);
  });

  it('shows spans before they end, as they are at that moment', () => {
    const root = tracing.tracer.startSpan('GET');
    const { traceId } = root.spanContext();
    expect(read(traceId)).toMatchObject({ openSpans: 1, spans: [{ name: 'GET', isOpen: true }] });
    root.updateName('GET /users');
    root.setAttribute('password', 'hunter2');
    const [open] = read(traceId).spans;
    expect(open).toMatchObject({ name: 'GET /users', isOpen: true });
    expect(open?.attributes['password']).toBe('••••');
    expect(open?.durationMs).toBeGreaterThanOrEqual(0);
    root.end();
    expect(read(traceId)).toMatchObject({ openSpans: 0, spans: [{ isOpen: false }] });
    expect(store.counts()).toMatchObject({ started: 1, ended: 1, open: 0, spans: 1, traces: 1 });
  });

  it('gives the same trace again as long as it is the same', () => {
    const traceId = oneSpan();
    expect(store.trace(traceId)).toBe(store.trace(traceId));
    const before = read(traceId);
    const root = tracing.tracer.startSpan(
      'later',
      {},
      trace.setSpanContext(ROOT_CONTEXT, {
        traceId,
        spanId: '00f067aa0ba902b7',
        traceFlags: 1,
        isRemote: true,
      }),
    );
    root.end();
    expect(store.trace(traceId)).not.toBe(before);
    expect(names(traceId)).toEqual(['root', 'later']);
    expect(read(traceId).spans[1]).toMatchObject({ hasRemoteParent: true });
  });

  it('takes secrets out before it keeps anything', () => {
    const span = tracing.tracer.startSpan('s', {
      attributes: {
        'user.password': 'hunter2',
        'db.query.parameter.0': 'Ada',
        note: 'Bearer abc123',
      },
    });
    span.recordException(new Error('bad token Bearer abc123'));
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'Bearer abc123' });
    span.end();
    const [stored] = read(span.spanContext().traceId).spans;
    expect(JSON.stringify(stored)).not.toMatch(/hunter2|Ada|abc123/);
    expect({ ...stored?.redacted }).toEqual({
      'user.password': 'secret name',
      'db.query.parameter.0': 'typeorm.captureParameters',
    });
    // The pipeline of this test has no policy: the panel does not rely on one.
    expect(tracing.spans.spans()[0]?.attributes['user.password']).toBe('hunter2');
  });

  it('takes secrets out of names and statements, whoever has written them', () => {
    const traceId = oneSpan('GET https://app:hunter2@shop/?token=abc', {
      'db.query.text': "SET PASSWORD 'postgres://app:hunter2@db/orders'",
      'rpc.grpc.request.metadata.x': 'Bearer abcdef123',
    });
    const [span] = read(traceId).spans;
    expect(span?.name).toBe('GET https://••••@shop/?token=••••');
    expect({ ...span?.attributes }).toEqual({
      'db.query.text': "SET PASSWORD '••••'",
      'rpc.grpc.request.metadata.x': 'Bearer ••••',
    });
  });

  it('lives with nonsense in a span', () => {
    const root = tracing.tracer.startSpan(7 as never);
    const child = tracing.tracer.startSpan('child', {}, below(root));
    child.addLink({ context: undefined as never });
    const { traceId } = root.spanContext();
    expect(names(traceId)).toEqual(['7', '']);
    child.end();
    root.end();
    expect(names(traceId)).toEqual(['7', '']);
  });

  it('never fails in a timer of its own', async () => {
    const broken = tracing.tracer.startSpan('broken');
    Object.defineProperty(broken, 'status', {
      get: () => {
        throw new Error('no status');
      },
    });
    await setTimeout(150);
    const traceId = oneSpan('next');
    expect(names(traceId)).toEqual(['next']);
  });

  it('tells what has changed since a number, and what is gone', () => {
    start({ maxTraces: 2 });
    const first = oneSpan();
    const { seq } = store.changesSince(0);
    const second = oneSpan();
    expect(store.changesSince(seq)).toMatchObject({ changed: [second], removed: [] });
    const third = oneSpan();
    const changes = store.changesSince(seq);
    expect(changes.changed).toEqual([second, third]);
    expect(changes.removed).toEqual([first]);
    expect(store.changesSince(changes.seq)).toMatchObject({ changed: [], removed: [] });
    expect(changes.isIncomplete).toBe(false);
    expect(store.changesSince(changes.seq + 1).isIncomplete).toBe(true);
  });

  it('counts it a change when an open span has another name than before', () => {
    const span = tracing.tracer.startSpan('GET');
    const { seq } = store.changesSince(0);
    expect(store.changesSince(seq).changed).toEqual([]);
    span.updateName('GET /users');
    expect(store.changesSince(seq).changed).toEqual([span.spanContext().traceId]);
    span.end();
  });

  it('says so when it has forgotten what is gone', () => {
    start({ maxTraces: 1 });
    const { seq } = store.changesSince(0);
    for (let count = 0; count < 2100; count++) oneSpan();
    expect(store.changesSince(seq).isIncomplete).toBe(true);
  });

  it('lets the oldest traces go for the newest, by number', () => {
    start({ maxTraces: 3 });
    const ids = Array.from({ length: 5 }, () => oneSpan());
    expect(store.traceIds()).toEqual(ids.slice(2));
    expect(store.wasEvicted(ids[0] ?? '')).toBe(true);
    expect(store.wasEvicted(ids[4] ?? '')).toBe(false);
    expect(store.counts()).toMatchObject({ traces: 3, spans: 3, evictedTraces: 2 });
  });

  it('lets the oldest traces go for the newest, by size', () => {
    start({ maxBytes: 1_000_000, maxValueLength: 100_000 });
    for (let count = 0; count < 150; count++) oneSpan('big', { text: 'x'.repeat(16_000) });
    const { traces, bytes, evictedTraces } = store.counts();
    expect(bytes).toBeLessThanOrEqual(1_000_000);
    expect(traces).toBeGreaterThan(30);
    expect(evictedTraces).toBeGreaterThan(30);
    expect(traces + evictedTraces).toBe(150);
  });

  it('does not begin a trace anew that had to make room', () => {
    start({ maxTraces: 1 });
    const long = tracing.tracer.startSpan('long');
    oneSpan();
    oneSpan();
    tracing.tracer.startSpan('late', {}, below(long)).end();
    long.end();
    expect(store.trace(long.spanContext().traceId)).toBeUndefined();
    expect(store.counts()).toMatchObject({ traces: 1, open: 0, droppedSpans: 1 });
  });

  it('counts the spans of one trace there is no room for', () => {
    start({ maxSpansPerTrace: 3 });
    const root = tracing.tracer.startSpan('root');
    for (let count = 0; count < 5; count++)
      tracing.tracer.startSpan(`c${count}`, {}, below(root)).end();
    root.end();
    const { traceId } = root.spanContext();
    expect(read(traceId).omittedSpans).toBe(3);
    expect(names(traceId)).toEqual(['root', 'c0', 'c1']);
    expect(store.counts().droppedSpans).toBe(3);
  });

  it('stops taking spans of the only trace when all the room is its own', () => {
    start({ maxBytes: 1_000_000, maxValueLength: 100_000 });
    const root = tracing.tracer.startSpan('root');
    for (let count = 0; count < 150; count++) {
      tracing.tracer
        .startSpan('big', { attributes: { text: 'x'.repeat(16_000) } }, below(root))
        .end();
    }
    root.end();
    const { omittedSpans, openSpans } = read(root.spanContext().traceId);
    expect(omittedSpans).toBeGreaterThan(20);
    expect(openSpans).toBe(0);
    expect(store.counts().bytes).toBeLessThan(1_200_000);
  });

  it('bounds attributes, events and links of a span, and says how many are missing', () => {
    start({ maxAttributes: 2, maxEvents: 2, maxLinks: 1 });
    const span = tracing.tracer.startSpan('s', { attributes: { a: 1, b: 2, c: 3 } });
    for (const name of ['one', 'two', 'three']) span.addEvent(name);
    span.addLinks([{ context: span.spanContext() }, { context: span.spanContext() }]);
    span.end();
    const [stored] = read(span.spanContext().traceId).spans;
    expect({ ...stored?.attributes }).toEqual({ a: 1, b: 2 });
    expect(stored?.events.map(({ name }) => name)).toEqual(['two', 'three']);
    expect(stored?.links).toHaveLength(1);
    expect(stored?.dropped).toEqual({ attributes: 1, events: 1, links: 1 });
  });

  it('forgets what turns out to be left out', () => {
    const root = tracing.tracer.startSpan('root');
    const { traceId } = root.spanContext();
    expect(names(traceId)).toEqual(['root']);
    discardLocalTrace(root);
    root.end();
    expect(store.trace(traceId)).toBeUndefined();
    expect(store.counts()).toMatchObject({ leftOut: 1, open: 0, spans: 0 });
    const early = tracing.tracer.startSpan('early');
    discardLocalTrace(early);
    early.end();
    expect(store.traceIds()).toEqual([]);
  });

  it('takes nothing in while it is paused, but ends what was open', () => {
    const open = tracing.tracer.startSpan('open');
    expect(store.traceIds()).toHaveLength(1);
    store.paused = true;
    const child = tracing.tracer.startSpan('unseen', {}, below(open));
    child.end();
    open.end();
    const { traceId } = open.spanContext();
    expect(names(traceId)).toEqual(['open']);
    expect(read(traceId).openSpans).toBe(0);
    const started = tracing.tracer.startSpan('started while paused');
    store.paused = false;
    started.end();
    expect(store.traceIds()).toEqual([traceId]);
  });

  it('takes nothing in while the process has no time', () => {
    const load = new LoadWatch();
    start({}, load);
    load.isHigh = true;
    oneSpan();
    expect(store.isOverloaded).toBe(true);
    expect(store.traceIds()).toEqual([]);
  });

  it('passes traces over that nobody could read, as a whole, and says so', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    try {
      start({ maxTraces: 10, maxTracesPerSecond: 5 });
      const roots = Array.from({ length: 12 }, () =>
        tracing.tracer.startSpan('root', { root: true }),
      );
      for (const root of roots) {
        tracing.tracer.startSpan('child', {}, below(root)).end();
        root.end();
      }
      expect(store.isThinning).toBe(true);
      expect(store.counts()).toMatchObject({ traces: 10, spans: 20, skippedTraces: 2, ended: 24 });
      vi.advanceTimersByTime(1000);
      expect(store.trace(oneSpan())).toBeDefined();
      vi.advanceTimersByTime(10_000);
      expect(store.isThinning).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it('holds what has ended and may still be folded for open', () => {
    const root = tracing.tracer.startSpan('root');
    const local = localTraceOf(root);
    if (local === undefined) throw new Error('no local trace');
    local.isUndecided = true;
    tracing.tracer.startSpan('middleware', {}, below(root)).end();
    const { traceId } = root.spanContext();
    expect(read(traceId)).toMatchObject({ openSpans: 2, spans: [{}, { isOpen: false }] });
    local.discarded = true;
    local.decide();
    expect(names(traceId)).toEqual(['root']);
    root.end();
    expect(store.trace(traceId)).toBeUndefined();
    expect(store.counts()).toMatchObject({ leftOut: 2, open: 0 });
  });

  it('clears everything, and lets what is open end in silence', () => {
    const open = tracing.tracer.startSpan('open');
    oneSpan();
    const { seq } = store.changesSince(0);
    const ids = store.traceIds();
    store.clear();
    open.end();
    expect(store.traceIds()).toEqual([]);
    expect(store.changesSince(seq).removed).toEqual(ids);
    expect(store.counts()).toMatchObject({ spans: 0, bytes: 0, open: 0, traces: 0 });
  });

  it('bounds the spans that are open at once', () => {
    start({ maxOpenSpans: 2 });
    const spans = ['a', 'b', 'c'].map((name) => tracing.tracer.startSpan(name));
    expect(store.counts().open).toBe(2);
    for (const span of spans) span.end();
    expect(store.counts()).toMatchObject({ open: 0, droppedSpans: 1 });
  });

  it('lets go of what has not ended for long, and still learns of its end', () => {
    vi.useFakeTimers({ toFake: ['performance', 'Date'] });
    try {
      start({ maxOpenMs: 60_000 });
      const span = tracing.tracer.startSpan('stream');
      expect(store.counts().open).toBe(1);
      vi.advanceTimersByTime(70_000);
      oneSpan();
      expect(store.counts().open).toBe(0);
      const { traceId } = span.spanContext();
      expect(read(traceId)).toMatchObject({ openSpans: 0, spans: [{ isOpen: true }] });
      span.end();
      expect(read(traceId).spans).toMatchObject([{ name: 'stream', isOpen: false }]);
    } finally {
      vi.useRealTimers();
    }
  });

  it('keeps what a request said about its trace, and what was sent along', () => {
    const propagator = new RecordingPropagator(new TraceContextPropagator());
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const carrier = { traceparent, baggage: 'userId=Ada' };
    const sent = propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter);
    const span = tracing.tracer.startSpan('GET', {}, sent);
    const headers: Record<string, string> = {};
    propagator.inject(trace.setSpan(ROOT_CONTEXT, span), headers, {
      set: (to: Record<string, string>, name, value) => {
        to[name] = value;
      },
    });
    span.end();
    const [stored] = read('0af7651916cd43dd8448eb211c80319c').spans;
    expect(stored?.incoming?.headers).toEqual([
      ['traceparent', traceparent],
      ['baggage', 'userId=••••'],
    ]);
    expect(stored?.injected).toEqual([['traceparent', headers['traceparent']]]);
  });

  describe('spans of other processes', () => {
    const received = (spanId: string, more: Partial<StoredSpan> = {}): StoredSpan => ({
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId,
      parentSpanId: undefined,
      hasRemoteParent: false,
      name: `span ${spanId}`,
      kind: SpanKind.INTERNAL,
      startMs: 1_700_000_000_000,
      durationMs: 5,
      isOpen: false,
      statusCode: SpanStatusCode.UNSET,
      statusMessage: undefined,
      attributes: {},
      events: [],
      links: [],
      source: { service: 'other', resource: {}, scope: { name: 'x' }, isReceived: true },
      isSampled: true,
      dropped: { attributes: 0, events: 0, links: 0 },
      redacted: undefined,
      incoming: undefined,
      injected: undefined,
      ...more,
    });

    it('follow the same rules', () => {
      const taken = store.receive([
        received('00000000000000a1', {
          attributes: { password: 'hunter2' },
          statusMessage: 'Bearer abc123',
          events: [{ name: 'e', timeMs: 1, attributes: { token: 'x' } }],
        }),
      ]);
      expect(taken).toBe(1);
      const [span] = read('0af7651916cd43dd8448eb211c80319c').spans;
      expect(JSON.stringify(span)).not.toMatch(/hunter2|abc123/);
      expect(span?.events[0]?.attributes['token']).toBe('••••');
      expect(store.counts().bytes).toBeGreaterThan(0);
    });

    it('have sources without secrets, one for all of them', () => {
      const source: StoredSpan['source'] = {
        service: 'billing',
        resource: {
          'service.name': 'billing',
          'process.command_args': ['--token=abc'],
          api_key: 'x',
        },
        scope: { name: 'pg' },
        isReceived: true,
      };
      store.receive([
        received('00000000000000a1', { source }),
        received('00000000000000a2', { source }),
      ]);
      const { spans } = read(received('').traceId);
      expect({ ...spans[0]?.source.resource }).toEqual({
        'service.name': 'billing',
        'process.command_args': ['--token=••••'],
        api_key: '••••',
      });
      expect(spans[1]?.source).toBe(spans[0]?.source);
    });

    it('count with all they take when they come again, larger', () => {
      store.receive([received('00000000000000a1')]);
      const before = store.counts().bytes;
      store.receive([received('00000000000000a1', { attributes: { a: 'x'.repeat(5000) } })]);
      expect(store.counts().bytes).toBeGreaterThan(before + 5000);
    });

    it('do not take the place of what this process has seen itself', () => {
      const own = tracing.tracer.startSpan('own');
      own.end();
      const { traceId, spanId } = own.spanContext();
      expect(store.receive([received(spanId, { traceId, name: 'sent back' })])).toBe(0);
      expect(names(traceId)).toEqual(['own']);
    });

    it('are replaced when they come again', () => {
      store.receive([received('00000000000000a1')]);
      const { bytes } = store.counts();
      store.receive([received('00000000000000a1', { name: 'again' })]);
      expect(names('0af7651916cd43dd8448eb211c80319c')).toEqual(['again']);
      expect(store.counts().bytes).toBe(bytes);
    });

    it('come in when somebody asks for it: of traces that had to make room, and while it is paused', () => {
      start({ maxTraces: 1 });
      const traceId = oneSpan('first');
      const kept = oneSpan('second');
      expect(store.traceIds()).toEqual([kept]);
      const again = received('00000000000000a1', { traceId });
      expect(store.receive([again])).toBe(0);
      expect(store.receive([again], true)).toBe(1);
      store.clear();
      store.paused = true;
      expect(store.receive([again], true)).toBe(1);
    });

    it('are not taken while it is paused', () => {
      store.paused = true;
      expect(store.receive([received('00000000000000a1')])).toBe(0);
    });
  });

  it('works a slice at a time while nobody reads', async () => {
    const ids = Array.from({ length: 1000 }, () => oneSpan());
    await setTimeout(250);
    await store.shutdown();
    // Nothing is left to be done, and nothing is kept.
    expect(store.trace(ids[0] ?? '')).toBeUndefined();
    expect(store.counts()).toMatchObject({ started: 1000, ended: 1000, spans: 0 });
  });
});
