import { context, trace, type HrTime } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LifecycleTrace } from '../../../../libs/nestrace/src/edges/lifecycle/lifecycle-trace.js';
import { lifecycleOf } from '../../../../libs/nestrace/src/pipeline/lifecycle-scope.js';
import { timeAt } from '../../../../libs/nestrace/src/pipeline/span-clock.js';
import { expectTrace } from '../../../../libs/nestrace/src/testing/expect-trace.js';
import { InMemoryTelemetry } from '../../../../libs/nestrace/src/testing/in-memory-telemetry.js';
import { NOTHING, startTracing, type Tracing, type TracingParts } from '../../support/tracing.js';

let telemetry: InMemoryTelemetry;
let tracing: Tracing;

function tracingWith(parts: TracingParts = {}): void {
  telemetry = new InMemoryTelemetry({ lifecycle: true });
  tracing = startTracing({ members: [telemetry], ...parts });
}

beforeEach(() => {
  tracingWith();
});
afterEach(() => {
  tracing.stop();
});

const LIFECYCLE = { 'nest.type': 'lifecycle' };
const KEY = Symbol('key');
const SECOND = 1000;

function begin(agoMs = 0): LifecycleTrace {
  return new LifecycleTrace(tracing.telemetry, 'app.bootstrap', performance.now() - agoMs);
}

/** The wall clock, so many milliseconds ago. */
function ago(milliseconds: number): HrTime {
  return timeAt(performance.timeOrigin, performance.now() - milliseconds);
}

describe('a LifecycleTrace', () => {
  it('has a root that is none of the active span, from when it was said to begin', () => {
    const active = trace.setSpan(context.active(), tracing.tracer.startSpan('request'));
    const lifecycle = context.with(active, () => begin(10 * SECOND));
    lifecycle.end();
    const [root] = telemetry.spans();
    expect(root).toMatchObject({ name: 'app.bootstrap', kind: 'INTERNAL', attributes: LIFECYCLE });
    expect(root?.parentSpanId).toBeUndefined();
    expect(root?.durationMs).toBeGreaterThanOrEqual(10 * SECOND);
    expect(root?.traceId).toBe(lifecycle.traceId);
  });

  it('has phases, those that are under way and those that are over', () => {
    const lifecycle = begin(10 * SECOND);
    const now = performance.now();
    lifecycle.addInjection({ from: now - 10 * SECOND, to: now - 7 * SECOND });
    const phase = lifecycle.begin('onModuleInit');
    lifecycle.finish(phase, undefined);
    lifecycle.add('listen', { from: now - 2 * SECOND, to: now - SECOND });
    lifecycle.end();
    const spans = telemetry.spans();
    expectTrace(spans, {
      name: 'app.bootstrap',
      childrenInAnyOrder: true,
      children: ['dependency injection', 'onModuleInit', 'listen'].map((name) => ({
        name,
        kind: 'INTERNAL',
        status: 'UNSET',
        attributes: LIFECYCLE,
      })),
    });
    expect(spans.find(({ name }) => name === 'dependency injection')?.durationMs).toBeCloseTo(
      3 * SECOND,
      0,
    );
    expect(spans.find(({ name }) => name === 'listen')?.durationMs).toBeCloseTo(SECOND, 0);
  });

  it('runs a phase in the active context, with another span', () => {
    const lifecycle = begin();
    const phase = context.with(context.active().setValue(KEY, 'value'), () =>
      lifecycle.begin('onModuleInit'),
    );
    expect(trace.getSpan(phase.context)).toBe(phase.span);
    expect(phase.context.getValue(KEY)).toBe('value');
    expect(lifecycleOf(phase.context)).toBe(lifecycle);
  });

  it('says what failed, and records the exception once, where it was first', () => {
    const lifecycle = begin();
    const failure = { error: new RangeError('too much') };
    lifecycle.finish(lifecycle.begin('onModuleInit'), failure);
    lifecycle.end(failure);
    const failed = {
      status: 'ERROR',
      statusMessage: 'too much',
      attributes: { ...LIFECYCLE, 'error.type': 'RangeError' },
    } as const;
    expectTrace(telemetry.spans(), {
      name: 'app.bootstrap',
      ...failed,
      exceptions: [],
      children: [{ name: 'onModuleInit', ...failed, exceptions: ['RangeError'] }],
    });
  });

  it('takes whatever is thrown for a failure', () => {
    const lifecycle = begin();
    lifecycle.add('listen', { from: 0, to: 1 }, { error: undefined });
    lifecycle.end({ error: undefined });
    expect(telemetry.spans().map(({ status }) => status.code)).toEqual(['ERROR', 'ERROR']);
  });

  it('ends although what was thrown cannot be looked at', () => {
    const error = new Proxy(
      {},
      {
        get: () => {
          throw new Error('do not touch');
        },
      },
    );
    const lifecycle = begin();
    lifecycle.finish(lifecycle.begin('onModuleInit'), { error });
    lifecycle.end({ error });
    expect(telemetry.openSpans()).toEqual([]);
    expect(telemetry.spans().map(({ status }) => status.code)).toEqual(['ERROR', 'ERROR']);
  });

  it('can be described', () => {
    const lifecycle = begin();
    lifecycle.describe({ 'nest.shutdown.signal': 'SIGINT' });
    lifecycle.end();
    expect(telemetry.spans()[0]?.attributes).toEqual({
      ...LIFECYCLE,
      'nest.shutdown.signal': 'SIGINT',
    });
  });

  it('is over when it is closed, or ends', () => {
    const [closed, ended] = [begin(), begin()];
    expect([closed.isOver, ended.isOver]).toEqual([false, false]);
    closed.close();
    ended.end();
    expect([closed.isOver, ended.isOver]).toEqual([true, true]);
    closed.add('listen', { from: 0, to: 1 });
    closed.end();
    expect(telemetry.spans().map(({ name }) => name)).toContain('listen');
  });
});

describe('contextAt', () => {
  const spanAt = (lifecycle: LifecycleTrace, start: HrTime) => {
    const found = lifecycle.contextAt(start);
    return found && trace.getSpan(found)?.spanContext().spanId;
  };

  it('is that of the injection for what began in it, and of the root for what came later', () => {
    const lifecycle = begin(10 * SECOND);
    const now = performance.now();
    const injection = telemetry.openSpans().length;
    lifecycle.addInjection({ from: now - 10 * SECOND, to: now - 5 * SECOND });
    lifecycle.add('listen', { from: now - 5 * SECOND, to: now });
    const [first] = telemetry.spans();
    expect(injection).toBe(1);
    expect(first?.name).toBe('dependency injection');
    expect(spanAt(lifecycle, ago(8 * SECOND))).toBe(first?.spanId);
    const root = spanAt(lifecycle, ago(2 * SECOND));
    expect(root).toBe(first?.parentSpanId);
  });

  it('is that of the root where nothing was injected', () => {
    const lifecycle = begin(10 * SECOND);
    expect(spanAt(lifecycle, ago(8 * SECOND))).toBeDefined();
  });

  it('is none for what began before, or is known too late', () => {
    const lifecycle = begin(SECOND);
    expect(lifecycle.contextAt(ago(2 * SECOND))).toBeUndefined();
    lifecycle.close();
    expect(lifecycle.contextAt(ago(0))).toBeUndefined();
  });
});

describe('a LifecycleTrace nobody records', () => {
  beforeEach(() => {
    tracing.stop();
    tracingWith({ sampler: NOTHING });
  });

  it('still tells what belongs to it', () => {
    const lifecycle = begin();
    expect(lifecycle.isRecorded).toBe(false);
    const phase = lifecycle.begin('onModuleInit');
    expect(lifecycleOf(phase.context)?.traceId).toBe(lifecycle.traceId);
    expect(trace.getSpan(phase.context)?.spanContext().traceId).toBe(lifecycle.traceId);
    lifecycle.finish(phase, { error: new Error('no') });
    lifecycle.add('listen', { from: 0, to: 1 });
    lifecycle.end();
    expect(lifecycle.isOver).toBe(true);
    expect(telemetry.spans()).toEqual([]);
  });
});
