import { SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type {
  Header,
  StoredSpan,
  StoredTrace,
} from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import type { TracePropagation } from '../../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { tracePropagation } from '../../../../../libs/nestrace/src/sinks/panel/propagation/trace-propagation.js';

const VALID = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

function source(service: string, isReceived = false): StoredSpan['source'] {
  return { service, resource: {}, scope: { name: 's' }, isReceived };
}

function span(spanId: string, more: Partial<StoredSpan> = {}): StoredSpan {
  return {
    spanId,
    name: spanId,
    kind: SpanKind.SERVER,
    attributes: {},
    source: source('orders'),
    isSampled: true,
    hasRemoteParent: false,
    ...more,
  } as StoredSpan;
}

function propagation(
  spans: readonly StoredSpan[],
  fields = ['traceparent', 'tracestate', 'b3'],
): TracePropagation {
  const trace = { traceId: 't', seq: 1, spans, openSpans: 0, omittedSpans: 0, firstSeenMs: 0 };
  return tracePropagation(trace satisfies StoredTrace, {
    propagators: [],
    fields,
    sampler: 'always',
    rowOf: () => 0,
  });
}

function judged(...headers: Header[]): string {
  const { incoming } = propagation([span('a', { incoming: { headers } })]);
  return `${incoming[0]?.verdict}: ${incoming[0]?.text}`;
}

describe('tracePropagation', () => {
  it('says how a trace came in', () => {
    const headers: Header[] = [['traceparent', VALID]];
    const continued = span('a', {
      hasRemoteParent: true,
      parentSpanId: 'b7ad6b7169203331',
      incoming: { headers },
    });
    expect(propagation([continued]).incoming[0]?.verdict).toBe('continued');
    expect(judged()).toBe('new root: No header came that carries a trace: it starts here.');
    expect(judged(['traceparent', 'x'])).toMatch(/^ignored: malformed: traceparent could not/);
    expect(judged(['uber-trace-id', 'x'])).toMatch(/^ignored: no propagator: uber-trace-id came/);
  });

  it('does not take baggage for a trace that was ignored', () => {
    expect(judged(['baggage', 'a=1'])).toBe(
      'new root: No header came that carries a trace: it starts here.',
    );
  });

  it('does not say that nothing came where something did', () => {
    expect(judged(['b3', '0'])).toBe(
      'new root: b3 names no span that could be gone on from: the trace starts here.',
    );
  });

  it('knows who has answered a call', () => {
    const attributes = { 'http.request.method': 'GET' };
    const { outgoing } = propagation([
      span('call', { kind: SpanKind.CLIENT, attributes }),
      span('alone', { kind: SpanKind.CLIENT, attributes }),
      span('own', { kind: SpanKind.INTERNAL, parentSpanId: 'call' }),
      span('answer', { parentSpanId: 'call', source: source('billing', true) }),
      span('again', { parentSpanId: 'call', source: source('billing', true) }),
    ]);
    expect(outgoing.map(({ spanId, answered }) => [spanId, answered])).toEqual([
      ['call', { service: 'billing', spanId: 'answer' }],
      ['alone', undefined],
    ]);
  });
});
