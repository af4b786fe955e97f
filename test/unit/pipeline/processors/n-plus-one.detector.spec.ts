import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  TraceFlags,
  type Attributes,
  type Span,
} from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { NPlusOneDetector } from '../../../../libs/nestrace/src/pipeline/processors/n-plus-one.detector.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

const THRESHOLD = 3;
const SELECT = 'SELECT * FROM items WHERE order_id = $1';
const MAX_HELD = 4096;
const MAX_HELD_MS = 5000;
const MAX_STATEMENTS = 256;

let tracing: Tracing;

function begin(threshold = THRESHOLD): void {
  tracing = startTracing({ nPlusOne: new NPlusOneDetector(threshold) });
}

beforeEach(() => {
  begin();
});
afterEach(() => {
  tracing.stop();
});

function start(name: string, parent?: Span, attributes: Attributes = {}): Span {
  const active = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
  return tracing.tracer.startSpan(name, { attributes }, active);
}

function query(parent: Span | undefined, text: unknown = SELECT, kind = SpanKind.CLIENT): Span {
  const active = parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent);
  const attributes = { 'db.query.text': text } as Attributes;
  return tracing.tracer.startSpan('query', { kind, attributes }, active);
}

function run(times: number, parent: Span | undefined, text: unknown = SELECT): void {
  for (let count = 0; count < times; count++) query(parent, text).end();
}

/** How many queries were exported, and how many of them are flagged. */
function queries(): { exported: number; flagged: number } {
  const exported = tracing.spans.spans().filter(({ name }) => name === 'query');
  const flagged = exported.filter(({ attributes }) => attributes['nest.db.n_plus_one'] === true);
  return { exported: exported.length, flagged: flagged.length };
}

function countOn(name: string): unknown {
  const span = tracing.spans.spans().find((ended) => ended.name === name);
  return span?.attributes['nest.db.n_plus_one.count'];
}

describe('a statement that runs below the threshold', () => {
  it('is held until its parent ends, and never flagged', () => {
    const parent = start('parent');
    run(THRESHOLD - 1, parent);
    expect(queries()).toEqual({ exported: 0, flagged: 0 });
    parent.end();
    expect(queries()).toEqual({ exported: THRESHOLD - 1, flagged: 0 });
    expect(countOn('parent')).toBeUndefined();
  });

  it('is exported before its parent, in the order it ran', () => {
    const parent = start('parent');
    query(parent, 'SELECT a').updateName('a').end();
    query(parent, 'SELECT b').updateName('b').end();
    parent.end();
    expect(tracing.spans.spans().map(({ name }) => name)).toEqual(['a', 'b', 'parent']);
  });
});

describe('a statement that reaches the threshold', () => {
  it('is flagged every time it ran, those before included', () => {
    const parent = start('parent');
    run(THRESHOLD, parent);
    expect(queries()).toEqual({ exported: THRESHOLD, flagged: THRESHOLD });
    run(4, parent);
    expect(queries()).toEqual({ exported: THRESHOLD + 4, flagged: THRESHOLD + 4 });
    parent.end();
    expect(countOn('parent')).toBe(THRESHOLD + 4);
  });

  it('is let go the moment the last missing run starts', () => {
    const parent = start('parent');
    run(THRESHOLD - 1, parent);
    const last = query(parent);
    expect(queries()).toEqual({ exported: THRESHOLD - 1, flagged: THRESHOLD - 1 });
    last.end();
    expect(queries()).toEqual({ exported: THRESHOLD, flagged: THRESHOLD });
  });

  it('is flagged when its runs overlap, in whatever order they end', () => {
    const parent = start('parent');
    const open = [query(parent), query(parent), query(parent), query(parent)];
    for (const span of open.toReversed()) span.end();
    expect(queries()).toEqual({ exported: 4, flagged: 4 });
  });

  it('is flagged for runs that end after their parent', () => {
    const parent = start('parent');
    const open = [query(parent), query(parent), query(parent)];
    parent.end();
    for (const span of open) span.end();
    expect(queries()).toEqual({ exported: 3, flagged: 3 });
    expect(countOn('parent')).toBeUndefined();
  });

  it('is counted on the local root, over all parents in the trace', () => {
    const root = start('root');
    for (const name of ['one', 'two']) {
      const parent = start(name, root);
      run(THRESHOLD, parent);
      parent.end();
    }
    const few = start('few', root);
    run(THRESHOLD - 1, few);
    few.end();
    root.end();
    expect(countOn('root')).toBe(2 * THRESHOLD);
    expect([countOn('one'), countOn('two'), countOn('few')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('may have a threshold of two', () => {
    tracing.stop();
    begin(2);
    const parent = start('parent');
    run(1, parent, 'SELECT 1');
    run(2, parent);
    parent.end();
    expect(queries()).toEqual({ exported: 3, flagged: 2 });
  });
});

describe('runs are counted apart', () => {
  it('for every parent', () => {
    const root = start('root');
    const [one, other] = [start('one', root), start('other', root)];
    run(THRESHOLD - 1, one);
    run(THRESHOLD - 1, other);
    for (const span of [one, other, root]) span.end();
    expect(queries()).toEqual({ exported: 2 * (THRESHOLD - 1), flagged: 0 });
  });

  it('for every statement', () => {
    const parent = start('parent');
    run(THRESHOLD - 1, parent, 'SELECT a');
    run(THRESHOLD - 1, parent, 'SELECT b');
    run(THRESHOLD, parent, 'SELECT c');
    parent.end();
    expect(queries()).toEqual({ exported: 3 * THRESHOLD - 2, flagged: THRESHOLD });
  });
});

describe('what is not watched is exported at once and never flagged:', () => {
  const remote = trace.wrapSpanContext({
    traceId: '0af7651916cd43dd8448eb211c80319c',
    spanId: 'b7ad6b7169203331',
    traceFlags: TraceFlags.SAMPLED,
    isRemote: true,
  });

  it.each([
    'BEGIN',
    'begin transaction',
    ' \n COMMIT',
    'ROLLBACK TO SAVEPOINT a',
    'SAVEPOINT a',
    'RELEASE SAVEPOINT a',
    'START TRANSACTION',
    'Start Transaction READ ONLY',
  ])('%j', (text) => {
    run(10, start('parent'), text);
    expect(queries()).toEqual({ exported: 10, flagged: 0 });
  });

  it.each([null, 5, true])('a query whose text is %j', (text) => {
    run(10, start('parent'), text);
    expect(queries()).toEqual({ exported: 10, flagged: 0 });
  });

  it.each([SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.PRODUCER])('a span of kind %s', (kind) => {
    const parent = start('parent');
    for (let count = 0; count < 10; count++) query(parent, SELECT, kind).end();
    expect(queries()).toEqual({ exported: 10, flagged: 0 });
  });

  it('a query without a parent', () => {
    run(10, undefined);
    expect(queries()).toEqual({ exported: 10, flagged: 0 });
  });

  it('a query below a remote parent', () => {
    run(10, remote);
    expect(queries()).toEqual({ exported: 10, flagged: 0 });
  });

  it('a query that starts after its parent has ended', () => {
    const parent = start('parent');
    parent.end();
    run(10, parent);
    expect(queries()).toEqual({ exported: 10, flagged: 0 });
  });

  it('a query of a migration or another phase of the life of the application', () => {
    run(10, start('migrations', undefined, { 'nest.type': 'lifecycle' }));
    expect(queries()).toEqual({ exported: 10, flagged: 0 });
  });

  it('statements beyond the first 256 below one parent', () => {
    const parent = start('parent');
    for (let index = 0; index < MAX_STATEMENTS; index++) run(1, parent, `SELECT ${index}`);
    expect(queries().exported).toBe(0);
    run(10, parent, 'SELECT one too many');
    expect(queries()).toEqual({ exported: 10, flagged: 0 });
    run(THRESHOLD - 1, parent, 'SELECT 0');
    expect(queries()).toEqual({ exported: 10 + THRESHOLD, flagged: THRESHOLD });
  });
});

describe('spans that are held', () => {
  it('are no more than a bound; those beyond are exported without a verdict', () => {
    tracing.stop();
    begin(MAX_HELD * 2);
    const parent = start('parent');
    run(MAX_HELD, parent);
    expect(queries().exported).toBe(0);
    run(10, parent);
    expect(queries()).toEqual({ exported: 10, flagged: 0 });
    parent.end();
    expect(queries()).toEqual({ exported: MAX_HELD + 10, flagged: 0 });
    const next = start('next');
    run(5, next);
    expect(queries().exported).toBe(MAX_HELD + 10);
    next.end();
    expect(queries().exported).toBe(MAX_HELD + 15);
  });

  it('are let go at a flush, and what comes afterwards is judged by all runs', async () => {
    const parent = start('parent');
    run(THRESHOLD - 1, parent);
    await tracing.pipeline.forceFlush();
    expect(queries()).toEqual({ exported: THRESHOLD - 1, flagged: 0 });
    run(1, parent);
    expect(queries()).toEqual({ exported: THRESHOLD, flagged: 1 });
    parent.end();
    expect(countOn('parent')).toBe(1);
  });

  it('can be held again after a flush', async () => {
    const parent = start('parent');
    run(1, parent);
    await tracing.pipeline.forceFlush();
    run(1, parent);
    expect(queries().exported).toBe(1);
    parent.end();
    expect(queries()).toEqual({ exported: 2, flagged: 0 });
  });

  it('are let go at shutdown, even below a parent that never ends', async () => {
    run(THRESHOLD - 1, start('never ends'));
    await tracing.pipeline.shutdown();
    expect(queries()).toEqual({ exported: THRESHOLD - 1, flagged: 0 });
  });

  it('are let go in time below a parent that lives for hours', () => {
    vi.useFakeTimers();
    const parent = start('daemon');
    run(1, parent);
    expect(queries().exported).toBe(0);
    vi.advanceTimersByTime(MAX_HELD_MS);
    expect(queries()).toEqual({ exported: 1, flagged: 0 });
    expect(vi.getTimerCount()).toBe(0);
    run(THRESHOLD - 2, parent);
    vi.advanceTimersByTime(MAX_HELD_MS);
    expect(queries()).toEqual({ exported: THRESHOLD - 1, flagged: 0 });
    vi.useRealTimers();
  });

  it('are exported once', async () => {
    const parent = start('parent');
    run(THRESHOLD - 1, parent);
    await tracing.pipeline.forceFlush();
    await tracing.pipeline.forceFlush();
    parent.end();
    await tracing.pipeline.shutdown();
    expect(queries().exported).toBe(THRESHOLD - 1);
  });
});

describe('NPlusOneDetector', () => {
  it('watches queries in the active context as it does others', () => {
    tracing.tracer.startActiveSpan('parent', (parent) => {
      for (let count = 0; count < THRESHOLD; count++) {
        tracing.tracer
          .startSpan(
            'query',
            { kind: SpanKind.CLIENT, attributes: { 'db.query.text': SELECT } },
            context.active(),
          )
          .end();
      }
      parent.end();
    });
    expect(queries()).toEqual({ exported: THRESHOLD, flagged: THRESHOLD });
  });

  it('loses what it is not told where to release, and does not fail', () => {
    const detector = new NPlusOneDetector(2);
    tracing.stop();
    const other = startTracing();
    const parent = other.tracer.startSpan('parent');
    const active = trace.setSpan(ROOT_CONTEXT, parent);
    const options = { kind: SpanKind.CLIENT, attributes: { 'db.query.text': SELECT } };
    const span = other.tracer.startSpan('query', options, active) as never;
    detector.onStart(span, active);
    expect(detector.holds(span)).toBe(true);
    expect(() => {
      detector.releaseAll();
    }).not.toThrow();
    other.stop();
  });
});

describe('a statement in a method that is called again and again', () => {
  const PROVIDER = { 'nest.type': 'provider' };

  function callMethod(parent: Span, name: string, times: number): void {
    for (let count = 0; count < times; count++) {
      const method = start(name, parent, PROVIDER);
      run(1, method);
      method.end();
    }
  }

  it('is flagged, and counted from what called the method', () => {
    const handler = start('handler');
    callMethod(handler, 'Users.find', THRESHOLD);
    expect(queries()).toEqual({ exported: THRESHOLD, flagged: THRESHOLD });
    handler.end();
    expect(countOn('handler')).toBe(THRESHOLD);
  });

  it('is flagged through several methods', () => {
    const handler = start('handler');
    const list = start('Orders.list', handler, PROVIDER);
    callMethod(list, 'Users.find', THRESHOLD);
    list.end();
    handler.end();
    expect(queries()).toEqual({ exported: THRESHOLD, flagged: THRESHOLD });
  });

  it('is not flagged for what other methods run', () => {
    const handler = start('handler');
    callMethod(handler, 'Users.find', THRESHOLD - 1);
    callMethod(handler, 'Users.count', THRESHOLD - 1);
    handler.end();
    expect(queries()).toEqual({ exported: 2 * (THRESHOLD - 1), flagged: 0 });
  });

  it('is not mixed up between handlers', () => {
    const request = start('request');
    for (const name of ['guard', 'handler']) {
      const part = start(name, request, { 'nest.type': name });
      callMethod(part, 'Users.find', THRESHOLD - 1);
      part.end();
    }
    request.end();
    expect(queries()).toEqual({ exported: 2 * (THRESHOLD - 1), flagged: 0 });
  });
});
