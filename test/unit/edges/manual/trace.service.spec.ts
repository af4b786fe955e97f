import { context, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TraceService } from '../../../../libs/nestrace/src/edges/manual/trace.service.js';
import { expectTrace } from '../../../../libs/nestrace/src/testing/expect-trace.js';
import { NOTHING, startTracing, type Tracing } from '../../support/tracing.js';

describe('TraceService', () => {
  let tracing: Tracing;
  let service: TraceService;

  beforeEach(() => {
    tracing = startTracing();
    service = new TraceService(tracing.provider, tracing);
  });
  afterEach(() => {
    tracing.stop();
  });

  it('runs work inside a span and hands its result over', async () => {
    const result = await service.withSpan('outer', async (span) => {
      expect(trace.getActiveSpan()).toBe(span);
      expect(service.currentSpan()).toBe(span);
      expect(service.traceId()).toBe(span.spanContext().traceId);
      service.setAttributes({ tier: 'gold' });
      service.addEvent('begun');
      service.addEvent('found', { count: 2 });
      return service.withSpan('inner', () => 'result');
    });
    expect(result).toBe('result');
    expectTrace(tracing.spans.spans(), {
      name: 'outer',
      kind: 'INTERNAL',
      status: 'UNSET',
      attributes: { tier: 'gold' },
      children: [{ name: 'inner' }],
    });
    expect(tracing.spans.spans().at(-1)?.events).toMatchObject([
      { name: 'begun', attributes: {} },
      { name: 'found', attributes: { count: 2 } },
    ]);
  });

  it('takes the options of OpenTelemetry', () => {
    const other = tracing.tracer.startSpan('other');
    service.withSpan('outer', () => {
      service.withSpan(
        'inner',
        {
          kind: SpanKind.PRODUCER,
          attributes: { topic: 'orders' },
          links: [{ context: other.spanContext() }],
          root: true,
        },
        () => {},
      );
    });
    const [inner, outer] = tracing.spans.spans();
    expect(inner).toMatchObject({ kind: 'PRODUCER', attributes: { topic: 'orders' } });
    expect(inner?.traceId).not.toBe(outer?.traceId);
    expect(inner?.links.map((link) => link.spanId)).toEqual([
      outer?.spanId,
      other.spanContext().spanId,
    ]);
  });

  it('takes a start that lies in the past', () => {
    const startTime = Date.now() - 5_000;
    service.withSpan('waited in a queue', { startTime }, () => {});
    const [span] = tracing.spans.spans();
    expect(span?.startTime).toBeCloseTo(startTime, 2);
    expect(span?.durationMs).toBeGreaterThanOrEqual(5_000);
  });

  it('records an error that is thrown, and throws it on', () => {
    const error = new RangeError('too much');
    expect(() =>
      service.withSpan('work', () => {
        throw error;
      }),
    ).toThrow(error);
    expectTrace(tracing.spans.spans(), {
      name: 'work',
      status: 'ERROR',
      exceptions: ['RangeError'],
    });
  });

  it('records a handled error without failing the span', () => {
    service.withSpan('work', () => {
      service.recordException(new RangeError('handled'));
    });
    expectTrace(tracing.spans.spans(), {
      name: 'work',
      status: 'UNSET',
      exceptions: ['RangeError'],
    });
  });

  it('makes tracers with names of their own', () => {
    expect(service.tracer('billing', '2.0').startSpan('bill')).toMatchObject({
      instrumentationScope: { name: 'billing', version: '2.0' },
    });
  });

  it('does nothing where there is no span', () => {
    expect(service.traceId()).toBeUndefined();
    expect(service.currentSpan().isRecording()).toBe(false);
    service.setAttributes({ tier: 'gold' });
    service.addEvent('lost');
    service.recordException(new Error('lost'));
    expect(tracing.spans.spans()).toEqual([]);
  });

  it('still runs the work when nothing is recorded', () => {
    tracing.stop();
    tracing = startTracing({ sampler: NOTHING });
    service = new TraceService(tracing.provider, tracing);
    const result = service.withSpan('work', (span) => {
      span.setAttribute('a', 1);
      return span.isRecording();
    });
    expect(result).toBe(false);
    expect(tracing.spans.spans()).toEqual([]);
  });

  describe('of one of several applications', () => {
    let other: Tracing;

    beforeEach(() => {
      other = startTracing({ service: 'other' });
    });
    afterEach(() => {
      other.stop();
    });

    it('records in its own', () => {
      service.withSpan('mine', () => {});
      expect(tracing.spans.spans()).toMatchObject([{ name: 'mine' }]);
      expect(other.spans.spans()).toEqual([]);
    });

    it.each([
      ['off', () => new TraceService(tracing.provider, { telemetry: undefined })],
      [
        'closed',
        () => {
          tracing.stop();
          return service;
        },
      ],
    ])('calls the function directly when its own is %s', (_, create) => {
      const quiet = create();
      const span = other.tracer.startSpan('theirs');
      const active = trace.setSpan(ROOT_CONTEXT, span);
      const given = context.with(active, () =>
        quiet.withSpan('mine', (own) => {
          own.setAttribute('a', 1);
          return own.isRecording();
        }),
      );
      span.end();
      expect(given).toBe(false);
      expect(other.spans.spans()).toMatchObject([{ name: 'theirs', attributes: {} }]);
      expect(tracing.spans.spans()).toEqual([]);
    });
  });
});
