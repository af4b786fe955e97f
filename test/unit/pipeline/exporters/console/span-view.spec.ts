import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toSpanView } from '../../../../../libs/nestrace/src/pipeline/exporters/console/span-view.js';
import { startTracing, type Tracing } from '../../../support/tracing.js';

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing({ service: 'orders' });
});
afterEach(() => {
  tracing.stop();
});

const REMOTE = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: 'b7ad6b7169203331',
  traceFlags: TraceFlags.SAMPLED,
};

describe('toSpanView', () => {
  it('holds everything a span has', () => {
    const remote = trace.setSpanContext(ROOT_CONTEXT, { ...REMOTE, isRemote: true });
    const span = tracing.tracer.startSpan(
      'GET /orders',
      {
        kind: SpanKind.SERVER,
        attributes: { a: 1 },
        links: [{ context: REMOTE, attributes: { b: 2 } }],
        startTime: [1_700_000_000, 123_456_000],
      },
      remote,
    );
    span.addEvent('exception', { c: 3 }, [1_700_000_000, 124_000_000]);
    span.setStatus({ code: SpanStatusCode.ERROR, message: 'wrong' });
    span.end([1_700_000_000, 125_956_000]);
    expect(toSpanView(span as unknown as ReadableSpan)).toEqual({
      traceId: REMOTE.traceId,
      spanId: span.spanContext().spanId,
      parentSpanId: REMOTE.spanId,
      parentIsRemote: true,
      name: 'GET /orders',
      kind: 'SERVER',
      service: 'orders',
      startTime: 1_700_000_000_123.456,
      durationMs: 2.5,
      status: { code: 'ERROR', message: 'wrong' },
      attributes: { a: 1 },
      events: [{ name: 'exception', time: 1_700_000_000_124, attributes: { c: 3 } }],
      links: [{ traceId: REMOTE.traceId, spanId: REMOTE.spanId }],
    });
  });

  it('leaves out what a span has not', () => {
    tracing.tracer.startSpan('root').end();
    const [root] = tracing.spans.spans();
    for (const name of ['parentSpanId', 'parentIsRemote']) expect(root).not.toHaveProperty(name);
    expect(root?.status).toEqual({ code: 'UNSET' });
  });

  it('tells a local parent from a remote one', () => {
    tracing.tracer.startActiveSpan('root', (root) => {
      tracing.tracer.startSpan('child').end();
      root.end();
    });
    const [child] = tracing.spans.spans();
    expect(child?.parentSpanId).toMatch(/^[\da-f]{16}$/);
    expect(child).not.toHaveProperty('parentIsRemote');
  });

  it.each([
    [SpanKind.INTERNAL, 'INTERNAL'],
    [SpanKind.CLIENT, 'CLIENT'],
    [SpanKind.PRODUCER, 'PRODUCER'],
    [SpanKind.CONSUMER, 'CONSUMER'],
  ])('names the kind %s', (kind, expected) => {
    tracing.tracer.startSpan('span', { kind }).end();
    expect(tracing.spans.spans()[0]?.kind).toBe(expected);
  });

  it('names a status that was set to good', () => {
    tracing.tracer.startSpan('span').setStatus({ code: SpanStatusCode.OK }).end();
    expect(tracing.spans.spans()[0]?.status).toEqual({ code: 'OK' });
  });

  it('is a snapshot: later changes of the span do not reach it', () => {
    const span = tracing.tracer.startSpan('span', { attributes: { a: 1 } });
    const before = toSpanView(span as unknown as ReadableSpan);
    span.setAttribute('b', 2).addEvent('late');
    expect(before.attributes).toEqual({ a: 1 });
    expect(before.events).toEqual([]);
  });

  it('knows no service where the resource names none', () => {
    const span = tracing.tracer.startSpan('span') as unknown as ReadableSpan;
    const nameless = Object.create(span, { resource: { value: resourceFromAttributes({}) } });
    expect(toSpanView(nameless as ReadableSpan).service).toBe('');
  });
});
