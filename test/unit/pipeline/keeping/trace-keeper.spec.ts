import { ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags, type Span } from '@opentelemetry/api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import { isLeftOut } from '../../../../libs/nestrace/src/pipeline/left-out.js';
import { discardLocalTrace } from '../../../../libs/nestrace/src/pipeline/local-trace.js';
import { untracedContext } from '../../../../libs/nestrace/src/pipeline/untraced.js';
import { startKeeping } from './keeping.js';

function fail(span: Span): void {
  span.setStatus({ code: SpanStatusCode.ERROR });
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('a trace of which the root is recorded', () => {
  it('is exported when it ends in an error, with the reason', () => {
    const { start, member, keeper } = startKeeping();
    const root = start('root');
    expect(root.isRecording()).toBe(true);
    expect(root.spanContext().traceFlags).toBe(TraceFlags.NONE);
    fail(root);
    root.end();
    expect(member.exported).toEqual(['root']);
    expect(member.ended[0]).toMatchObject({
      attributes: { 'nest.trace.kept': 'error' },
      status: { code: SpanStatusCode.ERROR },
      ended: true,
    });
    expect(member.ended[0]?.spanContext()).toEqual({
      traceId: root.spanContext().traceId,
      spanId: root.spanContext().spanId,
      traceFlags: TraceFlags.SAMPLED,
    });
    expect(keeper.counts).toEqual({
      kept: { error: 1, slow: 0, custom: 0 },
      keptSpans: 1,
      discarded: 0,
      overflowedTraces: 0,
      overflowedSpans: 0,
    });
  });

  it('is not when all is well; who saw it start sees it end', () => {
    const { start, member, keeper } = startKeeping();
    start('root').end();
    expect(member.started).toEqual(['root']);
    expect([member.exported, member.leftOut]).toEqual([[], ['root']]);
    expect(member.ended[0]?.attributes).toEqual({});
    expect(keeper.counts).toMatchObject({ keptSpans: 0, discarded: 1 });
  });

  it('records nothing below, during it and after it', () => {
    const { start, member } = startKeeping();
    const root = start('root');
    expect(isLeftOut(root)).toBe(true);
    const child = start('child', root);
    expect(child.isRecording()).toBe(false);
    expect(start('grandchild', child).isRecording()).toBe(false);
    fail(root);
    root.end();
    expect(isLeftOut(root)).toBe(true);
    expect(start('late', root).isRecording()).toBe(false);
    expect(child.spanContext()).toMatchObject({
      traceId: root.spanContext().traceId,
      traceFlags: TraceFlags.NONE,
    });
    expect(member.started).toEqual(['root']);
  });

  it('shows what is below in the panel, and exports none of it', () => {
    const { start, member, watcher } = startKeeping({}, { panel: true });
    const root = start('root');
    expect(isLeftOut(root)).toBe(false);
    const child = start('child', root);
    start('grandchild', child).end();
    child.end();
    fail(root);
    root.end();
    expect(member.started).toEqual(['root']);
    expect(member.exported).toEqual(['root']);
    expect(watcher.exported).toEqual(['root']);
    expect(watcher.leftOut).toEqual(['grandchild', 'child']);
  });

  it('is shown in a panel that shows nothing of the kind only when it is kept', () => {
    for (const spans of ['root', 'full'] as const) {
      const { start, watcher } = startKeeping({ spans });
      start('good').end();
      const root = start('bad');
      start('child', root).end();
      expect(watcher.started).toEqual([]);
      fail(root);
      root.end();
      const names = spans === 'root' ? ['bad'] : ['child', 'bad'];
      expect([watcher.started, watcher.exported, watcher.leftOut]).toEqual([names, names, []]);
    }
  });

  it('is kept below a caller of another process that left it out, too', () => {
    const { start, member } = startKeeping();
    const remote = trace.setSpanContext(ROOT_CONTEXT, {
      traceId: '0af7651916cd43dd8448eb211c80319c',
      spanId: 'b7ad6b7169203331',
      traceFlags: TraceFlags.NONE,
      isRemote: true,
    });
    const root = start('root', undefined, remote);
    fail(root);
    root.end();
    expect(member.ended[0]?.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
    expect(member.exported).toEqual(['root']);
  });

  it('is nothing where no trace is wanted', () => {
    const { start, member } = startKeeping();
    expect(start('root', undefined, untracedContext(ROOT_CONTEXT)).isRecording()).toBe(false);
    const discarded = start('discarded');
    discardLocalTrace(discarded);
    fail(discarded);
    discarded.end();
    expect(member.exported).toEqual([]);
  });
});

describe('the reason', () => {
  it('may be its duration', () => {
    const { start, member, keeper } = startKeeping({ slowMs: 100 });
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now);
    const [fast, slow] = [start('fast'), start('slow')];
    clock.mockReturnValue(now + 99);
    fast.end();
    clock.mockReturnValue(now + 100);
    slow.end();
    expect(member.exported).toEqual(['slow']);
    expect(member.ended.map(({ attributes }) => attributes['nest.trace.kept'])).toEqual([
      undefined,
      'slow',
    ]);
    expect(keeper.counts.kept).toEqual({ error: 0, slow: 1, custom: 0 });
  });

  it('is an error where it is both, and no error where errors are not asked for', () => {
    const both = startKeeping({ slowMs: 0 });
    const one = both.start('root');
    fail(one);
    one.end();
    expect(both.keeper.counts.kept).toEqual({ error: 1, slow: 0, custom: 0 });
    const neither = startKeeping({ errors: false });
    const other = neither.start('root');
    fail(other);
    other.end();
    expect(neither.member.exported).toEqual([]);
  });

  it('may be what the application says of it when it ends', () => {
    const seen: unknown[] = [];
    const { start, member, keeper } = startKeeping({
      when: (span) => {
        seen.push([span.name, span.attributes, span.duration[0]]);
        return span.attributes['plan'] === 'gold';
      },
    });
    start('silver').end();
    const gold = start('gold');
    gold.setAttribute('plan', 'gold');
    gold.end();
    expect(member.exported).toEqual(['gold']);
    expect(seen).toEqual([
      ['silver', {}, 0],
      ['gold', expect.objectContaining({ plan: 'gold' }), 0],
    ]);
    expect(keeper.counts.kept).toEqual({ error: 0, slow: 0, custom: 1 });
  });

  it('is none where the application promises one', () => {
    const when = (() => Promise.resolve(true)) as unknown as () => boolean;
    const { start, member } = startKeeping({ when });
    start('root').end();
    expect(member.exported).toEqual([]);
  });

  it('is none where the application throws instead', () => {
    const before = failureCounts().get('sampling') ?? 0;
    const { start, member } = startKeeping({
      when: () => {
        throw new Error('no');
      },
    });
    start('root').end();
    expect([member.exported, member.leftOut]).toEqual([[], ['root']]);
    expect(failureCounts().get('sampling')).toBe(before + 1);
  });
});

describe('a trace that is recorded as a whole', () => {
  it('waits for its root, and is exported or left out with it', () => {
    const { start, member, keeper } = startKeeping({ spans: 'full' });
    for (const name of ['bad', 'good']) {
      const root = start(name);
      const child = start(`${name} child`, root);
      start(`${name} grandchild`, child).end();
      child.end();
      expect(keeper.waitingSpans).toBe(2);
      expect(member.ended.filter((span) => span.name.startsWith(name))).toEqual([]);
      if (name === 'bad') fail(root);
      root.end();
      expect(keeper.waitingSpans).toBe(0);
    }
    expect(member.exported).toEqual(['bad grandchild', 'bad child', 'bad']);
    expect(member.leftOut).toEqual(['good grandchild', 'good child', 'good']);
    expect(keeper.counts).toMatchObject({ keptSpans: 3, discarded: 1, kept: { error: 1 } });
  });

  it('says nothing to other services but that it is not sampled', () => {
    const { start } = startKeeping({ spans: 'full' });
    const root = start('root');
    const child = start('child', root);
    fail(root);
    root.end();
    for (const span of [root, child]) expect(span.spanContext().traceFlags).toBe(TraceFlags.NONE);
    child.end();
  });

  it('takes along what ends after its root', () => {
    const { start, member, keeper } = startKeeping({ spans: 'full' });
    const [bad, good] = [start('bad'), start('good')];
    const late = [start('late bad', bad), start('late good', good)];
    fail(bad);
    for (const span of [bad, good, ...late]) span.end();
    start('later bad', bad).end();
    expect(member.exported).toEqual(['bad', 'late bad', 'later bad']);
    expect(member.leftOut).toEqual(['good', 'late good']);
    expect(keeper.counts.keptSpans).toBe(3);
  });

  it('is not kept for an error that was dealt with', () => {
    const { start, member } = startKeeping({ spans: 'full' });
    const root = start('root');
    const child = start('child', root);
    fail(child);
    child.end();
    root.end();
    expect(member.exported).toEqual([]);
  });

  it('is kept for what is said of any of its spans', () => {
    const { start, member } = startKeeping({
      spans: 'full',
      when: (span) => span.name === 'child',
    });
    const root = start('root');
    start('child', root).end();
    start('other', root).end();
    root.end();
    expect(member.exported).toEqual(['child', 'other', 'root']);
  });
});

describe('bounds', () => {
  it('leave of further traces the root', () => {
    const { start, member, keeper } = startKeeping({ spans: 'full', maxTraces: 2 });
    const [one, , three] = [start('one'), start('two'), start('three')];
    expect(start('child of three', three).isRecording()).toBe(false);
    fail(three);
    three.end();
    expect(member.exported).toEqual(['three']);
    expect(keeper.counts.overflowedTraces).toBe(1);
    one.end();
    expect(start('child', start('four')).isRecording()).toBe(true);
    expect(keeper.counts.overflowedTraces).toBe(1);
  });

  it('leave spans out, of all traces together, and say so on the root', () => {
    const { start, member, keeper } = startKeeping({ spans: 'full', maxSpans: 3 });
    const [one, two] = [start('one'), start('two')];
    for (const name of ['a', 'b']) start(name, one).end();
    for (const name of ['c', 'd', 'e']) start(name, two).end();
    expect(keeper.waitingSpans).toBe(3);
    expect(member.leftOut).toEqual(['d', 'e']);
    fail(two);
    two.end();
    expect(member.exported).toEqual(['c', 'two']);
    expect(member.ended.at(-1)?.attributes['nest.trace.omitted_spans']).toBe(2);
    fail(one);
    one.end();
    expect(member.exported).toEqual(['c', 'two', 'a', 'b', 'one']);
    expect(member.ended.at(-1)?.attributes).toEqual({ 'nest.trace.kept': 'error' });
    expect(keeper.counts.overflowedSpans).toBe(2);
  });

  it('let go of what waits for too long, and keep its root all the same', () => {
    const { start, member, keeper } = startKeeping({ spans: 'full', maxAgeMs: 1000, maxTraces: 2 });
    const now = performance.now();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(now);
    const old = start('old');
    start('a', old).end();
    clock.mockReturnValue(now + 500);
    const young = start('young');
    start('b', young).end();
    clock.mockReturnValue(now + 1001);
    const next = start('next');
    expect(start('c', next).isRecording()).toBe(true);
    expect(keeper.waitingSpans).toBe(1);
    expect(member.leftOut).toEqual(['a']);
    start('d', old).end();
    fail(old);
    old.end();
    expect(member.exported).toEqual(['old']);
    expect(member.leftOut).toEqual(['a', 'd']);
    expect(member.ended.at(-1)?.attributes['nest.trace.omitted_spans']).toBe(2);
    expect(keeper.counts).toMatchObject({ overflowedSpans: 2, overflowedTraces: 0 });
    clock.mockReturnValue(now + 2000);
    fail(young);
    young.end();
    expect(member.exported).toEqual(['old', 'young']);
    expect(member.leftOut).toEqual(['a', 'd', 'b']);
    expect(member.ended.at(-1)?.attributes['nest.trace.omitted_spans']).toBe(1);
  });
});
