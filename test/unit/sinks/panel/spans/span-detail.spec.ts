import { SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { StoredTrace } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import type { SpanDetail } from '../../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { spanDetail } from '../../../../../libs/nestrace/src/sinks/panel/spans/span-detail.js';
import { exceptionEvent, request, span, T0, trace } from '../support/trace-builder.js';
import { TraceShelf } from '../support/trace-shelf.js';

function detailOf(
  stored: StoredTrace,
  spanId: string,
  others: readonly StoredTrace[] = [],
): SpanDetail | undefined {
  const store = new TraceShelf();
  store.put(stored, ...others);
  return spanDetail(stored, spanId, { store, raw: ({ spanId: id }) => ({ id }) });
}

describe('spanDetail', () => {
  it('tells all of a span', () => {
    const stored = trace([
      request('r', { for: 10 }),
      span('s', 'r', {
        at: 2,
        for: 5,
        statusCode: SpanStatusCode.ERROR,
        statusMessage: 'no',
        dropped: { attributes: 1, events: 2, links: 3 },
        injected: [['traceparent', '00-…']],
      }),
      span('t', 's', { at: 3, for: 1 }),
    ]);
    expect(detailOf(stored, 's')).toMatchObject({
      traceId: 't1',
      parentSpanId: 'r',
      kind: 'internal',
      status: 'error',
      statusMessage: 'no',
      start: 2_000,
      duration: 5_000,
      self: 4_000,
      service: 'orders',
      scope: { name: 'test' },
      resource: [{ key: 'service.name', value: 'orders', type: 'string' }],
      dropped: { attributes: 1, events: 2, links: 3 },
      injected: [{ name: 'traceparent', value: '00-…' }],
      raw: { id: 's' },
    });
  });

  it('does not know a span that is not here', () => {
    const stored = trace([span('a', 'lost'), span('b', undefined)]);
    expect(detailOf(stored, 'x')).toBeUndefined();
    expect(detailOf(stored, 'lost')).toBeUndefined();
  });

  it('puts attributes that belong together side by side, and hides what is hidden', () => {
    const attributes = JSON.parse(
      '{"zeta": [1, 2], "http.route": "/a", "url.path": "/a", "nest.type": "guard", "user.id": 7, "__proto__": true, "db.x": "secret"}',
    ) as Attributes;
    const stored = trace([span('s', undefined, { attributes, redacted: { 'db.x': 'key' } })]);
    expect(detailOf(stored, 's')?.attributes).toEqual([
      {
        group: 'HTTP',
        items: [
          { key: 'http.route', value: '/a', type: 'string' },
          { key: 'url.path', value: '/a', type: 'string' },
        ],
      },
      { group: 'Nest', items: [{ key: 'nest.type', value: 'guard', type: 'string' }] },
      { group: 'Database', items: [{ key: 'db.x', value: '', type: 'string', redacted: 'key' }] },
      { group: 'User', items: [{ key: 'user.id', value: '7', type: 'number' }] },
      {
        group: 'Other',
        items: [
          { key: '__proto__', value: 'true', type: 'boolean' },
          { key: 'zeta', value: '[1,2]', type: 'array' },
        ],
      },
    ]);
  });

  it('shows events by their time, exceptions with their frames', () => {
    const stack = 'TypeError: no\n    at f (/elsewhere/x.ts:3:4)';
    const events = [
      { name: 'cache miss', timeMs: T0 + 2, attributes: { key: 'a' } },
      exceptionEvent('TypeError', 'no', 3, stack),
    ];
    const detail = detailOf(trace([span('s', undefined, { events })]), 's');
    expect(detail?.events).toMatchObject([
      { name: 'cache miss', at: 2_000, attributes: [{ key: 'key', value: 'a' }] },
      {
        at: 3_000,
        exception: {
          type: 'TypeError',
          frames: [{ file: '/elsewhere/x.ts', line: 3, inApp: true }],
        },
      },
    ]);
    expect(detail?.code).toEqual({ path: '/elsewhere/x.ts', line: 3 });
  });

  it('knows where the code is, as it is called now and was before', () => {
    const codeOf = (attributes: Attributes): SpanDetail['code'] =>
      detailOf(trace([span('s', undefined, { attributes })]), 's')?.code;
    expect(codeOf({ 'code.file.path': '/a.ts', 'code.line.number': 4 })).toEqual({
      path: '/a.ts',
      line: 4,
    });
    expect(codeOf({ 'code.filepath': '/b.ts' })).toEqual({ path: '/b.ts' });
    expect(codeOf({})).toBeUndefined();
  });

  it('follows links in both directions', () => {
    const links = [
      { context: { traceId: 't1', spanId: 's' }, attributes: { why: 'batch' } },
      { context: { traceId: 'far', spanId: 'away' }, attributes: {} },
    ];
    const other = trace([span('from', undefined, { links })], { traceId: 't2' });
    const stored = trace([span('s', undefined)]);
    expect(detailOf(stored, 's', [other])?.backLinks).toEqual([
      {
        traceId: 't2',
        spanId: 'from',
        name: 'from',
        here: true,
        attributes: [{ key: 'why', value: 'batch', type: 'string' }],
      },
    ]);
    expect(detailOf(other, 'from', [stored])?.links).toMatchObject([
      { traceId: 't1', spanId: 's', name: 's', here: true },
      { traceId: 'far', spanId: 'away', here: false },
    ]);
  });
});
