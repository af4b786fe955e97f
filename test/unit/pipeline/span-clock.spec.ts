import { trace, type HrTime } from '@opentelemetry/api';
import { hrTimeToMilliseconds } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clockOffset, timeAt } from '../../../libs/nestrace/src/pipeline/span-clock.js';
import { startTracing, type Tracing } from '../support/tracing.js';

/** Exact, unlike a number of milliseconds since 1970. */
function nanoseconds([seconds, rest]: HrTime): bigint {
  return BigInt(seconds) * 1_000_000_000n + BigInt(rest);
}

const MICROSECOND = 1_000n;

class EndedSpans {
  readonly list: ReadableSpan[] = [];
  onStart(): void {}
  onEnd(span: ReadableSpan): void {
    this.list.push(span);
  }
  async forceFlush(): Promise<void> {}
  async shutdown(): Promise<void> {}

  get(name: string): ReadableSpan {
    const span = this.list.find((ended) => ended.name === name);
    if (span === undefined) throw new Error(`No span ${name} has ended.`);
    return span;
  }
}

describe('the clock of a trace', () => {
  let tracing: Tracing;
  let ended: EndedSpans;

  beforeEach(() => {
    ended = new EndedSpans();
    tracing = startTracing({ members: [ended] });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    tracing.stop();
  });

  it('shows the time of day', () => {
    const before = Date.now();
    tracing.tracer.startSpan('root').end();
    const { startTime, endTime } = ended.get('root');
    expect(hrTimeToMilliseconds(startTime)).toBeGreaterThan(before - 5);
    expect(hrTimeToMilliseconds(endTime)).toBeLessThan(Date.now() + 5);
  });

  it('is exact to the microsecond: spans within one millisecond keep their order', () => {
    tracing.tracer.startActiveSpan('root', (root) => {
      for (let count = 0; count < 50; count++) tracing.tracer.startSpan(`${count}`).end();
      root.end();
    });
    const children = ended.list.filter(({ name }) => name !== 'root');
    for (const [index, child] of children.entries()) {
      const previous = children[index - 1];
      if (previous === undefined) continue;
      const gap = nanoseconds(child.startTime) - nanoseconds(previous.endTime);
      expect(gap).toBeGreaterThanOrEqual(-MICROSECOND);
    }
    expect(new Set(children.map(({ startTime }) => nanoseconds(startTime))).size).toBe(50);
  });

  it('puts children inside their parents, however long it takes to start them', () => {
    const attributes = Object.fromEntries(
      Array.from({ length: 128 }, (_, index) => [`key${index}`, 'x'.repeat(10_000)]),
    );
    for (let count = 0; count < 20; count++) {
      ended.list.length = 0;
      tracing.tracer.startActiveSpan('parent', (parent) => {
        const child = tracing.tracer.startSpan('child', { attributes });
        child.end();
        parent.end();
      });
      const [child, parent] = [ended.get('child'), ended.get('parent')];
      const late = nanoseconds(child.endTime) - nanoseconds(parent.endTime);
      const early = nanoseconds(parent.startTime) - nanoseconds(child.startTime);
      expect(late).toBeLessThanOrEqual(MICROSECOND);
      expect(early).toBeLessThanOrEqual(MICROSECOND);
    }
  });

  it('puts events inside their span', () => {
    const span = tracing.tracer.startSpan('root');
    span.addEvent('happened');
    span.end();
    const { startTime, endTime, events } = ended.get('root');
    const [event] = events;
    if (event === undefined) throw new Error('There is no event.');
    const time = nanoseconds(event.time);
    expect(time).toBeGreaterThanOrEqual(nanoseconds(startTime) - MICROSECOND);
    expect(time).toBeLessThanOrEqual(nanoseconds(endTime) + MICROSECOND);
  });

  it('is not torn apart when the time of day is set while a trace runs', () => {
    tracing.tracer.startActiveSpan('root', (root) => {
      const later = Date.now() + 3_600_000;
      vi.spyOn(Date, 'now').mockReturnValue(later);
      tracing.tracer.startSpan('child').end();
      root.end();
    });
    const [child, root] = [ended.get('child'), ended.get('root')];
    expect(nanoseconds(child.startTime)).toBeGreaterThanOrEqual(
      nanoseconds(root.startTime) - MICROSECOND,
    );
    expect(nanoseconds(child.endTime)).toBeLessThanOrEqual(nanoseconds(root.endTime) + MICROSECOND);
    expect(hrTimeToMilliseconds(child.duration)).toBeLessThan(1000);
  });

  it('reads the time of day anew for the next trace', () => {
    const later = Date.now() + 3_600_000;
    vi.spyOn(Date, 'now').mockReturnValue(later);
    tracing.tracer.startSpan('root').end();
    expect(Math.abs(hrTimeToMilliseconds(ended.get('root').startTime) - later)).toBeLessThan(5);
  });

  it('leaves a start that was given as it is', () => {
    const given: HrTime = [1_700_000_000, 123_456_789];
    tracing.tracer.startSpan('root', { startTime: given }).end([1_700_000_001, 0]);
    const { startTime, endTime } = ended.get('root');
    expect(startTime).toEqual(given);
    expect(endTime).toEqual([1_700_000_001, 0]);
  });

  it('leaves a start that was given below another span as it is, too', () => {
    const given: HrTime = [1_700_000_000, 0];
    tracing.tracer.startActiveSpan('root', (root) => {
      tracing.tracer.startSpan('child', { startTime: given }).end([1_700_000_000, 5]);
      root.end();
    });
    expect(ended.get('child').startTime).toEqual(given);
    expect(trace.getActiveSpan()).toBeUndefined();
  });
});

describe('clockOffset', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('believes the fine clock while it is in step with the time of day', () => {
    vi.spyOn(performance, 'now').mockReturnValue(1000.25);
    vi.spyOn(Date, 'now').mockReturnValue(Math.floor(performance.timeOrigin + 1000.25) + 1);
    expect(clockOffset()).toBe(performance.timeOrigin);
  });

  it.each([3, -3, 3_600_000, -3_600_000])(
    'believes the time of day when it is %s ms away',
    (difference) => {
      const day = Math.floor(performance.timeOrigin + 1000) + difference;
      vi.spyOn(performance, 'now').mockReturnValue(1000);
      vi.spyOn(Date, 'now').mockReturnValue(day);
      expect(clockOffset() + 1000).toBe(day);
    },
  );
});

describe('timeAt', () => {
  it.each([
    [0, 0, [0, 0]],
    [1_700_000_000_000, 0.25, [1_700_000_000, 250_000]],
    [1_700_000_000_999, 0.5, [1_700_000_000, 999_500_000]],
    [1_700_000_000_999, 1, [1_700_000_001, 0]],
  ])('splits %s and %s ms into seconds and nanoseconds', (offset, monotonic, expected) => {
    expect(timeAt(offset, monotonic)).toEqual(expected);
  });

  it('means now unless it is told otherwise', () => {
    const before = Date.now();
    const [seconds, rest] = timeAt(clockOffset());
    const now = seconds * 1000 + rest / 1e6;
    expect(now).toBeGreaterThan(before - 5);
    expect(now).toBeLessThan(Date.now() + 5);
  });
});
