import { SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { StoredTrace } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import { parseQuery } from '../../../../../libs/nestrace/src/sinks/panel/query/parse-query.js';
import { NoiseFilter } from '../../../../../libs/nestrace/src/sinks/panel/traces/noise.js';
import { summarizeTrace } from '../../../../../libs/nestrace/src/sinks/panel/traces/summarize-trace.js';
import { TraceEntry } from '../../../../../libs/nestrace/src/sinks/panel/traces/trace-entry.js';
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

const STORED = trace(
  [
    request('root', {
      for: 250,
      attributes: {
        'http.response.status_code': 503,
        'user.id': 42,
        'weird key:x': 'yes',
        flag: true,
      },
      events: [
        exceptionEvent('TypeError', 'x is undefined', 1),
        { name: 'log', timeMs: T0, attributes: {} },
      ],
    }),
    method('OrdersService.load', 'root', { for: 200 }),
    query('q', 'OrdersService.load', 'SELECT 1', { for: 150 }),
    span('billing', 'root', { kind: SpanKind.SERVER, source: sourceNamed('billing') }),
  ],
  { traceId: 'abcdef' },
);

function matches(text: string, stored: StoredTrace = STORED): boolean | string {
  const parsed = parseQuery(text);
  if (parsed.matches === undefined) return parsed.problem.message;
  const summary = summarizeTrace(stored, SETTINGS, new NoiseFilter([]));
  return parsed.matches(new TraceEntry(stored, summary, SETTINGS.slowMs));
}

describe('parseQuery', () => {
  it.each([
    '',
    '   ',
    'orders',
    'ORDERS',
    'ordersservice',
    '"GET /orders"',
    'TypeError',
    'abcd',
    '503',
    'route:/orders',
    'route=/orders/:id',
    'service:bill',
    'service=billing',
    'method:get',
    'path:/orders/42',
    'name:load',
    'kind:http',
    'kind:server',
    'id:abcdef',
    'id:q',
    'status:503',
    'status:>=500',
    'status>=500',
    'status:!=200',
    'status:5xx',
    'status:error',
    'status:!=ok',
    'dur:>100ms',
    'dur:>0.1s',
    'dur:<1m',
    'dur:250',
    'duration<=250000us',
    'spans:4',
    'sql:>0',
    'errors:1',
    'has:error',
    'has:slow',
    'has:sql',
    'has:logs',
    'is:error',
    'IS:ERROR',
    'attr.user.id:42',
    'attr.user.id:>41',
    'attr.user.id:*',
    'attr.user.id:!=43',
    'attr.flag:true',
    'attr."weird key:x":yes',
    'http.request.method:GET',
    '-has:n+1',
    '-is:inflight',
    'status:503 service:orders load',
    'name:"OrdersService.load"',
  ])('finds the trace by %j', (text) => {
    expect(matches(text)).toBe(true);
  });

  it.each([
    'nothing-like-it',
    'route=/orders',
    'service:!=billing',
    'status:200',
    'status:4xx',
    'status:<500',
    'dur:<100ms',
    'has:n+1',
    'has:fan-out',
    'has:link',
    'is:inflight',
    'is:orphan',
    'is:notexported',
    '-has:error',
    '-orders',
    'attr.user.id:>42',
    'attr.missing:*',
    'attr.__proto__:*',
    'attr.constructor:*',
    'status:503 service:nobody',
  ])('does not find it by %j', (text) => {
    expect(matches(text)).toBe(false);
  });

  it.each([
    ['name:"open', 'the quote is not closed', 5, 10],
    ['ok status:abc', '"abc" is no status: 500, 5xx, ok, error or unset', 3, 13],
    ['dur:>fast', '"fast" is no duration: 100ms, 1.5s, 2m', 0, 9],
    ['dur:>1.2.3ms', '"1.2.3ms" is no duration: 100ms, 1.5s, 2m', 0, 12],
    ['status:', 'status needs a value', 0, 7],
    ['name:>5', '> compares numbers; this is a text', 0, 7],
    ['status:>=5xx', '>= compares numbers; "5xx" is none', 0, 12],
    ['spans:many', '"many" is no number', 0, 10],
    ['attr.:x', 'attr. needs the key of an attribute: attr.user.id:42', 0, 7],
    ['attr.a:>b', '"b" is no number', 0, 9],
  ])('says what is wrong with %j, and where', (text, message, from, to) => {
    expect(parseQuery(text).problem).toEqual({ message, from, to });
  });

  it('names what there is where something is not known', () => {
    expect(parseQuery('foo:bar').problem?.message).toContain('there is no "foo"');
    expect(parseQuery('has:everything').problem?.message).toContain('n+1');
    expect(parseQuery('constructor:x').problem?.message).toContain('there is no "constructor"');
  });

  it('is not made for novels', () => {
    expect(parseQuery('x'.repeat(501)).problem).toMatchObject({ from: 500, to: 501 });
    expect(matches('x'.repeat(500))).toBe(false);
  });

  it('takes signs of regular expressions as they are', () => {
    expect(matches('.*')).toBe(false);
    expect(matches('(a+)+$')).toBe(false);
    expect(matches('"\\"quoted\\""')).toBe(false);
  });
});
