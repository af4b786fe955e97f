import { context, SpanKind, SpanStatusCode, trace, type Span } from '@opentelemetry/api';
import type { ReadableSpan, SpanProcessor } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it } from 'vitest';
import type { MethodPlan } from '../../../../libs/nestrace/src/pipeline/methods/method-plan.js';
import { startMethodSpan } from '../../../../libs/nestrace/src/pipeline/methods/start-method-span.js';
import { localTraceOf } from '../../../../libs/nestrace/src/pipeline/local-trace.js';
import { planOf } from '../../support/method-plan.js';
import { startTracing, type Tracing, type TracingParts } from '../../support/tracing.js';

let tracing: Tracing;

const FIND = planOf({
  name: 'Users.find',
  isAutomatic: true,
  attributes: { 'nest.type': 'provider' },
});
const NAME = planOf({ name: 'Users.name', isAutomatic: true });

function begin(parts: TracingParts = { limits: { foldAfter: 2 } }): Span {
  tracing = startTracing(parts);
  return tracing.tracer.startSpan('handler');
}

afterEach(() => {
  tracing.stop();
});

/** Starts a call below a parent. */
function start(parent: Span, plan: MethodPlan = FIND): Span {
  const started = context.with(trace.setSpan(context.active(), parent), () =>
    startMethodSpan(plan, []),
  );
  if (started === undefined) throw new Error('nothing was started');
  return started.span;
}

/** Milliseconds, on a clock of its own: each call takes exactly as long as it says. */
let now = 1_700_000_000_000;

/** A plan is known by its identity, so the same one gets another start each time. */
function run(parent: Span, plan: MethodPlan, ms: number, inside?: (span: Span) => void): void {
  const at = now;
  now += ms;
  const timed = plan as { startTime?: number };
  timed.startTime = at;
  const span = start(parent, plan);
  delete timed.startTime;
  inside?.(span);
  span.end(at + ms);
}

const calls = () => tracing.spans.spans().filter(({ name }) => name === FIND.name);
const sums = () => calls().filter(({ attributes }) => 'nest.folded.count' in attributes);
const durations = () =>
  calls()
    .filter(({ attributes }) => !('nest.folded.count' in attributes))
    .map(({ durationMs }) => Math.round(durationMs));

describe('calls of one method under one parent', () => {
  it('are shown one by one up to the limit', () => {
    const parent = begin();
    run(parent, FIND, 1);
    run(parent, FIND, 1);
    expect(durations()).toEqual([1, 1]);
    parent.end();
    expect(sums()).toEqual([]);
  });

  it('have the slowest shown when there is one more, and nothing to sum up', () => {
    const parent = begin();
    for (const ms of [1, 1, 5]) run(parent, FIND, ms);
    expect(durations()).toEqual([1, 1]);
    parent.end();
    expect(durations()).toEqual([1, 1, 5]);
    expect(sums()).toEqual([]);
  });

  it('are one sum beyond it, which spans them all', () => {
    const parent = begin();
    const begun = now;
    for (const ms of [1, 1, 2, 9, 3, 4, 9]) run(parent, FIND, ms);
    parent.end();
    expect(durations()).toEqual([1, 1, 9]);
    const [sum] = sums();
    expect(sum?.attributes).toMatchObject({
      'nest.type': 'provider',
      'nest.folded.count': 4,
      'nest.folded.duration_ms': 2 + 3 + 4 + 9,
    });
    expect(sum?.parentSpanId).toBe(parent.spanContext().spanId);
    expect(sum?.startTime).toBeCloseTo(begun + 2, 0);
    expect(sum?.durationMs).toBeCloseTo(2 + 9 + 3 + 4 + 9, 0);
  });

  it('are counted apart for each method and each parent', () => {
    const parent = begin();
    const other = tracing.tracer.startSpan('other');
    for (const ms of [1, 1]) {
      run(parent, FIND, ms);
      run(parent, NAME, ms);
      run(other, FIND, ms);
    }
    expect(tracing.spans.spans()).toHaveLength(6);
  });

  it('have what failed shown as it is', () => {
    const parent = begin();
    for (const ms of [1, 1, 4, 1]) run(parent, FIND, ms);
    run(parent, FIND, 2, (span) => span.setStatus({ code: SpanStatusCode.ERROR }));
    parent.end();
    expect(durations()).toEqual([1, 1, 2, 4]);
    expect(sums()[0]?.attributes['nest.folded.count']).toBe(1);
  });

  it('are shown one by one when they outlive the parent', () => {
    const parent = begin();
    for (const ms of [1, 1]) run(parent, FIND, ms);
    const late = [start(parent), start(parent)];
    parent.end();
    for (const span of late) span.end();
    for (const ms of [1, 1, 1, 1]) run(parent, FIND, ms);
    expect(calls()).toHaveLength(8);
    expect(sums()).toEqual([]);
  });

  it('are not folded when somebody has asked for them', () => {
    const parent = begin();
    const named = planOf({ name: FIND.name });
    for (let count = 0; count < 5; count++) run(parent, named, 1);
    expect(calls()).toHaveLength(5);
  });

  it('are told from time to time below a parent that does not end', () => {
    const parent = begin();
    for (const ms of [1, 1, 5, 1]) run(parent, FIND, ms);
    now += 31_000;
    run(parent, FIND, 2);
    expect(sums().map(({ attributes }) => attributes['nest.folded.count'])).toEqual([2]);
    expect(durations()).toEqual([1, 1, 5]);
    for (const ms of [7, 1]) run(parent, FIND, ms);
    parent.end();
    expect(sums().map(({ attributes }) => attributes['nest.folded.count'])).toEqual([2, 1]);
    expect(durations()).toEqual([1, 1, 5, 7]);
  });
});

describe('what a folded call has done', () => {
  it('is folded with it, or kept with it', () => {
    const parent = begin();
    for (const ms of [1, 1, 9, 2, 3]) {
      run(parent, FIND, ms, (span) => {
        start(span, NAME).end();
      });
    }
    parent.end();
    const shown = calls().filter(({ attributes }) => !('nest.folded.count' in attributes));
    const below = tracing.spans.spans().filter(({ name }) => name === NAME.name);
    expect(new Set(below.map(({ parentSpanId }) => parentSpanId))).toEqual(
      new Set(shown.map(({ spanId }) => spanId)),
    );
    expect(below).toHaveLength(shown.length);
  });

  it('ends for processors, so that none of it stays open', () => {
    const parent = begin();
    for (const ms of [1, 1, 9, 2, 3]) run(parent, FIND, ms);
    parent.end();
    expect(tracing.spans.openSpans()).toEqual([]);
  });

  it('is dropped also when it ends later', () => {
    const parent = begin();
    for (const ms of [1, 1, 9]) run(parent, FIND, ms);
    let late: Span | undefined;
    run(parent, FIND, 1, (span) => {
      late = start(span, NAME);
    });
    late?.end();
    parent.end();
    expect(tracing.spans.spans().filter(({ name }) => name === NAME.name)).toEqual([]);
    expect(tracing.spans.openSpans()).toEqual([]);
  });

  it.each([
    ['a call to another service', { kind: SpanKind.CLIENT }],
    ['a message', { kind: SpanKind.PRODUCER }],
  ])('keeps it when that is %s', (_, options) => {
    const parent = begin();
    for (let count = 0; count < 6; count++) {
      run(parent, FIND, 1, (span) => {
        tracing.tracer.startSpan('out', options, trace.setSpan(context.active(), span)).end();
      });
    }
    parent.end();
    expect(calls()).toHaveLength(6);
    expect(sums()).toEqual([]);
  });

  it('does not keep it when that is a query', () => {
    const parent = begin();
    for (let count = 0; count < 6; count++) {
      run(parent, FIND, 1, (span) => {
        const attributes = { 'db.system.name': 'sqlite' };
        const options = { kind: SpanKind.CLIENT, attributes };
        tracing.tracer.startSpan('query', options, trace.setSpan(context.active(), span)).end();
      });
    }
    parent.end();
    expect(calls()).toHaveLength(4);
  });

  it('keeps it when the application itself has put a span there', () => {
    const parent = begin();
    for (let count = 0; count < 6; count++) {
      run(parent, FIND, 1, (span) => {
        const own = tracing.provider.getTracer('of the user');
        own.startSpan('by hand', {}, trace.setSpan(context.active(), span)).end();
      });
    }
    parent.end();
    expect(calls()).toHaveLength(6);
  });

  it('keeps it when a method in it was asked for by name', () => {
    const parent = begin();
    const named = planOf({ name: 'by name' });
    for (let count = 0; count < 6; count++) {
      run(parent, FIND, 1, (span) => {
        start(span, named).end();
      });
    }
    parent.end();
    expect(calls()).toHaveLength(6);
  });

  it('keeps it when it is too much to wait with', () => {
    const parent = begin();
    for (let count = 0; count < 3; count++) {
      run(parent, FIND, 1, (span) => {
        for (let query = 0; query < 201; query++) {
          const attributes = { 'db.system.name': 'sqlite' };
          const options = { kind: SpanKind.CLIENT, attributes };
          tracing.tracer.startSpan('query', options, trace.setSpan(context.active(), span)).end();
        }
      });
    }
    expect(calls()).toHaveLength(3);
    expect(tracing.spans.spans()).toHaveLength(3 * 202);
  });

  it('keeps it when a call to another service is still under way', () => {
    const parent = begin();
    const open: Span[] = [];
    for (let count = 0; count < 6; count++) {
      run(parent, FIND, 1, (span) => {
        const below = trace.setSpan(context.active(), span);
        open.push(tracing.tracer.startSpan('out', { kind: SpanKind.CLIENT }, below));
      });
    }
    for (const span of open) span.end();
    parent.end();
    expect(calls()).toHaveLength(6);
    expect(tracing.spans.spans().filter(({ name }) => name === 'out')).toHaveLength(6);
    expect(sums()).toEqual([]);
  });

  it('keeps it with a call to another service that is made in an inner call', () => {
    const parent = begin({ limits: { foldAfter: 1 } });
    for (let count = 0; count < 4; count++) {
      run(parent, FIND, 1, (span) => {
        run(span, NAME, 1);
        run(span, NAME, 1, (inner) => {
          const below = trace.setSpan(context.active(), inner);
          tracing.tracer.startSpan('out', { kind: SpanKind.CLIENT }, below);
        });
      });
    }
    parent.end();
    expect(calls()).toHaveLength(4);
    expect(sums()).toEqual([]);
  });

  it('does not wait with what is kept anyway, for the call may never end', () => {
    const parent = begin({ limits: { foldAfter: 1 } });
    run(parent, FIND, 1);
    const endless = start(parent);
    tracing.tracer
      .startSpan('out', { kind: SpanKind.CLIENT }, trace.setSpan(context.active(), endless))
      .end();
    start(endless, NAME).end();
    expect(tracing.spans.spans().map(({ name }) => name)).toEqual([FIND.name, 'out', NAME.name]);
  });

  it('does not wait below a parent that has ended', () => {
    const parent = begin({ limits: { foldAfter: 1 } });
    run(parent, FIND, 1);
    const endless = start(parent);
    parent.end();
    start(endless, NAME).end();
    expect(tracing.spans.spans().map(({ name }) => name)).toContain(NAME.name);
  });

  it('hangs what starts after it below what is shown', () => {
    const parent = begin({ limits: { foldAfter: 1 } });
    for (const ms of [1, 9]) run(parent, FIND, ms);
    let folded: Span | undefined;
    run(parent, FIND, 1, (span) => {
      folded = span;
    });
    const late = start(folded as Span, NAME);
    late.end();
    parent.end();
    const shown = tracing.spans.spans().find(({ name }) => name === NAME.name);
    expect(shown?.parentSpanId).toBe(parent.spanContext().spanId);
  });

  it('hangs what it left open, and what that starts, below what is shown', () => {
    const parent = begin({ limits: { foldAfter: 1 } });
    for (const ms of [1, 9]) run(parent, FIND, ms);
    let open: Span | undefined;
    run(parent, FIND, 1, (span) => {
      open = start(span, NAME);
    });
    const below = trace.setSpan(context.active(), open as Span);
    tracing.tracer.startSpan('out', { kind: SpanKind.CLIENT }, below).end();
    open?.end();
    parent.end();
    const out = tracing.spans.spans().find(({ name }) => name === 'out');
    expect(out?.parentSpanId).toBe(parent.spanContext().spanId);
  });

  it('stays the parent of what it has left behind, as long as it waits', () => {
    const parent = begin({ limits: { foldAfter: 1 } });
    run(parent, FIND, 1);
    let slowest: Span | undefined;
    run(parent, FIND, 5, (span) => {
      slowest = span;
    });
    start(slowest as Span, NAME).end();
    run(parent, FIND, 9);
    parent.end();
    const late = tracing.spans.spans().find(({ name }) => name === NAME.name);
    expect(late?.parentSpanId).toBe(slowest?.spanContext().spanId);
    expect(calls().map(({ spanId }) => spanId)).toContain(slowest?.spanContext().spanId);
  });

  it('folds within itself', () => {
    const parent = begin({ limits: { foldAfter: 1 } });
    for (const ms of [1, 9, 2, 3]) {
      run(parent, FIND, ms, (span) => {
        for (const inner of [1, 4, 1, 1]) run(span, NAME, inner);
      });
    }
    parent.end();
    const shown = calls().filter(({ attributes }) => !('nest.folded.count' in attributes));
    expect(shown).toHaveLength(2);
    for (const { spanId } of shown) {
      const below = tracing.spans.spans().filter(({ parentSpanId }) => parentSpanId === spanId);
      expect(below.map(({ attributes }) => attributes['nest.folded.count'] ?? 1)).toEqual([
        1, 1, 2,
      ]);
    }
    expect(tracing.spans.openSpans()).toEqual([]);
  });
});

describe('the room in a trace', () => {
  it('is what is left of the limit, and folded calls do not take any', () => {
    const parent = begin({ limits: { foldAfter: 1, maxSpansPerTrace: 5 } });
    for (let count = 0; count < 20; count++) run(parent, FIND, 1);
    expect(localTraceOf(parent)).toMatchObject({ spans: 3, omitted: 0 });
    run(parent, NAME, 1);
    parent.end();
    expect(tracing.spans.spans()).toHaveLength(5);
  });

  it('is told by what there was none for', () => {
    const parent = begin({ limits: { maxSpansPerTrace: 3 } });
    start(parent).end();
    start(parent, NAME).end();
    expect(() => start(parent)).toThrow('nothing was started');
    expect(() => start(parent, planOf({ name: 'by name' }))).toThrow('nothing was started');
    parent.end();
    const root = tracing.spans.spans().find(({ name }) => name === 'handler');
    expect(root?.attributes['nest.trace.omitted_spans']).toBe(2);
  });
});

describe('members of the pipeline', () => {
  it('get each span once, and the sum before the parent', () => {
    const seen: string[] = [];
    const member: SpanProcessor = {
      onStart: () => {},
      onEnd: (span: ReadableSpan) => {
        const sampled = (span.spanContext().traceFlags & 1) === 1;
        seen.push(`${span.name}${sampled ? '' : ' (dropped)'}`);
      },
      forceFlush: () => Promise.resolve(),
      shutdown: () => Promise.resolve(),
    };
    const parent = begin({ limits: { foldAfter: 1 }, members: [member] });
    for (const ms of [1, 5, 1]) run(parent, FIND, ms);
    parent.end();
    expect(seen).toEqual([
      'Users.find',
      'Users.find (dropped)',
      'Users.find',
      'Users.find',
      'handler',
    ]);
  });
});
