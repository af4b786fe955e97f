import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { StoredTrace } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import {
  SPAN_FLAG,
  type TraceDetail,
} from '../../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { NoiseFilter } from '../../../../../libs/nestrace/src/sinks/panel/traces/noise.js';
import { summarizeTrace } from '../../../../../libs/nestrace/src/sinks/panel/traces/summarize-trace.js';
import { traceDetail } from '../../../../../libs/nestrace/src/sinks/panel/tree/trace-detail.js';
import {
  exceptionEvent,
  method,
  query,
  request,
  SETTINGS,
  sourceNamed,
  span,
  T0,
  trace,
} from '../support/trace-builder.js';

function detailOf(stored: StoredTrace): TraceDetail {
  return traceDetail(stored, summarizeTrace(stored, SETTINGS, new NoiseFilter([])), {
    bootId: 'boot',
    nowMs: T0,
    settings: SETTINGS,
    links: [],
    exported: { state: 'unknown', text: '' },
  });
}

function flagsOf(detail: TraceDetail, id: string): readonly string[] {
  const flags = detail.spans.flags[detail.spans.id.indexOf(id)] ?? 0;
  return Object.entries(SPAN_FLAG)
    .filter(([, bit]) => (flags & bit) !== 0)
    .map(([name]) => name);
}

describe('traceDetail', () => {
  it('has a value for every row in every column', () => {
    const detail = detailOf(
      trace([request('r', { for: 9 }), query('q', 'r', 'SELECT 1'), span('x', 'lost')]),
    );
    for (const column of Object.values(detail.spans)) expect(column).toHaveLength(4);
    expect(detail.spans.name.map((name) => detail.names[name])).toEqual([
      'GET /orders/:id',
      'q',
      'span that is not kept here',
      'x',
    ]);
    expect(detail.spans.type.map((type) => detail.types[type])).toEqual([
      'request',
      'db.query',
      '',
      '',
    ]);
    expect(detail).toMatchObject({ startMs: T0, duration: 9_000, sql: 1, errors: 0, logs: 0 });
  });

  it('counts in whole microseconds', () => {
    const { spans } = detailOf(
      trace([span('a', undefined, { for: 10 }), span('b', 'a', { at: 1.2345, for: 2.5 })]),
    );
    expect([spans.start[1], spans.duration[1], spans.self[0]]).toEqual([1_235, 2_500, 7_500]);
  });

  it('marks what is out of the ordinary', () => {
    const elsewhere = sourceNamed('billing', true);
    const detail = detailOf(
      trace([
        request('r', { for: 10, hasRemoteParent: true, parentSpanId: 'up', isOpen: true }),
        span('failed', 'r', { statusCode: SpanStatusCode.ERROR, for: 50 }),
        query('slow', 'r', 'SELECT 1', { at: 1, for: 100 }),
        span('unsampled', 'r', { at: 2, isSampled: false }),
        span('received', 'r', { at: 3, isSampled: false, source: elsewhere }),
        span('cut', 'r', { at: 4, dropped: { attributes: 1, events: 0, links: 0 } }),
        span('folded', 'r', { at: 5, attributes: { 'nest.folded.count': 3 } }),
        span('loop', 'loop', { at: 6 }),
      ]),
    );
    expect(flagsOf(detail, 'r')).toEqual(['open', 'remoteParent', 'critical']);
    expect(flagsOf(detail, 'failed')).toEqual(['error', 'critical', 'outlivesParent']);
    expect(flagsOf(detail, 'slow')).toEqual(['slow', 'outlivesParent']);
    expect(flagsOf(detail, 'unsampled')).toEqual(['notExported']);
    expect(flagsOf(detail, 'received')).toEqual(['received']);
    expect(flagsOf(detail, 'cut')).toEqual(['truncated']);
    expect(flagsOf(detail, 'folded')).toEqual(['folded']);
    expect(flagsOf(detail, 'loop')).toEqual(['cycle']);
    expect(flagsOf(detail, 'up')).toEqual(['placeholder']);
  });

  it('says of a missing parent in another process that nothing was received of it', () => {
    const detail = detailOf(
      trace([
        span('a', undefined),
        span('b', 'far', { hasRemoteParent: true, kind: SpanKind.SERVER }),
      ]),
    );
    const row = detail.spans.id.indexOf('far');
    expect(detail.names[detail.spans.name[row] ?? -1]).toBe(
      'span of another process, not received',
    );
  });

  it('gives runs of one statement one number, whatever their values', () => {
    const { spans } = detailOf(
      trace([
        request('r', { for: 9 }),
        query('a', 'r', "SELECT * FROM items WHERE id = '1'", { name: 'SELECT items', at: 1 }),
        query('b', 'r', "SELECT * FROM items WHERE id = '2'", { name: 'SELECT items', at: 2 }),
        query('c', 'r', "SELECT id FROM items WHERE id = '2'", { name: 'SELECT items', at: 3 }),
      ]),
    );
    expect(spans.group[1]).toBe(spans.group[2]);
    expect(spans.group[1]).not.toBe(spans.group[3]);
  });

  it('has a tick for each event, red ones for exceptions', () => {
    const events = [
      { name: 'cache miss', timeMs: T0 + 2, attributes: {} },
      exceptionEvent('TypeError', 'no', 3),
      { name: 'never', timeMs: Number.NaN, attributes: {} },
    ];
    const detail = detailOf(trace([span('a', undefined, { for: 9, events })]));
    expect(detail.ticks).toEqual([
      { row: 0, at: 2_000, isError: false, name: 'cache miss' },
      { row: 0, at: 3_000, isError: true, name: 'exception' },
    ]);
    expect(detail).toMatchObject({ logs: 2, errors: 1 });
  });

  it('says which option left spans out', () => {
    expect(detailOf(trace([span('a', undefined)])).omitted).toEqual({ spans: 0 });
    expect(detailOf(trace([span('a', undefined)], { omittedSpans: 7 })).omitted).toEqual({
      spans: 7,
      option: 'panel.limits.maxSpansPerTrace',
    });
    const attributes = { 'nest.trace.omitted_spans': 5 };
    expect(detailOf(trace([span('a', undefined, { attributes })])).omitted).toEqual({
      spans: 5,
      option: 'autoTrace.maxSpansPerTrace',
    });
  });

  it('writes ten thousand spans in half a megabyte', () => {
    const spans = [method('root', undefined, { for: 20_000 }, 'handler')];
    for (let index = 0; index < 10_000; index++) {
      const id = index.toString(16).padStart(16, '0');
      spans.push(query(id, 'root', `SELECT ${index % 40} FROM t${index % 40}`, { at: index }));
    }
    const detail = detailOf(trace(spans));
    expect(JSON.stringify(detail.spans).length).toBeLessThan(700_000);
    expect(detail.spans.id).toHaveLength(10_001);
  });
});
