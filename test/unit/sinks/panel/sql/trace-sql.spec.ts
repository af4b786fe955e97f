import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { StoredSpan } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import type { TraceSql } from '../../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { traceSql } from '../../../../../libs/nestrace/src/sinks/panel/sql/trace-sql.js';
import { method, query, request, SETTINGS, span, trace } from '../support/trace-builder.js';

const ITEMS = 'SELECT * FROM items WHERE order_id = $1';

function sqlOf(...spans: readonly StoredSpan[]): TraceSql {
  return traceSql(trace([request('r', { for: 1000 }), ...spans]), SETTINGS);
}

function items(count: number, parent: string, gap = 2): readonly StoredSpan[] {
  return Array.from({ length: count }, (_, index) =>
    query(`items-${parent}-${index}`, parent, ITEMS, { at: 20 + index * gap, for: 1.5 }),
  );
}

const HANDLER = method('Orders.find', 'r', { for: 900 }, 'handler');
const LOAD = method('OrdersService.load', 'Orders.find', { at: 1, for: 800 });

describe('traceSql', () => {
  it('tells of each query what it did, for whom, and when', () => {
    const { queries, totalMs } = sqlOf(
      HANDLER,
      LOAD,
      query('b', 'OrdersService.load', 'SELECT * FROM b WHERE x = 1', {
        at: 30,
        for: 150,
        attributes: { 'db.response.returned_rows': 3 },
      }),
      query('a', 'OrdersService.load', 'SELECT * FROM a', {
        at: 10,
        for: 5,
        statusCode: SpanStatusCode.ERROR,
        statusMessage: 'no such table',
      }),
    );
    expect(queries).toMatchObject([
      { spanId: 'a', start: 10_000, duration: 5_000, slow: false, error: 'no such table' },
      { spanId: 'b', caller: 'OrdersService.load', summary: 'SELECT b', slow: true, rows: 3 },
    ]);
    expect(totalMs).toBe(155);
  });

  it('reads the names of the time before', () => {
    const old = span('old', 'r', {
      kind: SpanKind.CLIENT,
      attributes: { 'db.system': 'mysql', 'db.statement': 'SELECT "x" FROM `t`' },
    });
    expect(sqlOf(old).queries).toMatchObject([{ system: 'mysql', summary: 'SELECT t' }]);
  });

  it('does not take a transaction for a query', () => {
    const around = span('tx', 'r', {
      attributes: { 'nest.type': 'db.transaction', 'db.system.name': 'postgresql' },
    });
    expect(sqlOf(around).queries).toEqual([]);
  });

  it('tells the very same from the similar, where the values are known', () => {
    const where = (id: string, value: number, at: number): StoredSpan =>
      query(id, 'r', `SELECT * FROM t WHERE id = ${value}`, { at });
    const { queries } = sqlOf(where('a', 1, 1), where('b', 1, 2), where('c', 2, 3));
    expect(queries.map(({ duplicates, similar }) => [duplicates, similar])).toEqual([
      [2, 3],
      [2, 3],
      [1, 3],
    ]);
  });

  it('does not call two queries the same whose values it does not know', () => {
    const hidden = { 'db.query.parameter.0': '' };
    const { queries } = sqlOf(
      query('a', 'r', ITEMS, { at: 1 }),
      query('b', 'r', ITEMS, { at: 2 }),
      query('c', 'r', ITEMS, { attributes: hidden, redacted: { 'db.query.parameter.0': 'p' } }),
      query('d', 'r', ITEMS, { attributes: { 'db.query.parameter.0': '7' } }),
      query('e', 'r', ITEMS, { attributes: { 'db.query.parameter.0': '7' } }),
    );
    const duplicates = queries.map(({ spanId, duplicates: count }) => [spanId, count]);
    expect(Object.fromEntries(duplicates)).toEqual({ a: 1, b: 1, c: 1, d: 2, e: 2 });
  });
});

describe('repeats', () => {
  it('is N+1 one after the other, with the query that gave the rows', () => {
    const source = query('orders', 'OrdersService.load', 'SELECT * FROM orders', { at: 5, for: 4 });
    const { repeats, queries } = sqlOf(HANDLER, LOAD, source, ...items(5, 'OrdersService.load'));
    expect(repeats).toMatchObject([
      {
        kind: 'n+1',
        caller: 'OrdersService.load',
        count: 5,
        totalMs: 7.5,
        traceMs: 1000,
        traceName: 'GET /orders/:id',
        source: { spanId: 'orders', text: 'SELECT * FROM orders' },
      },
    ]);
    expect(queries.map(({ repeat }) => repeat)).toEqual([undefined, ...Array(5).fill('n+1')]);
  });

  it('is a fan-out side by side', () => {
    const { repeats } = sqlOf(HANDLER, LOAD, ...items(25, 'OrdersService.load', 0.1));
    expect(repeats).toMatchObject([{ kind: 'fan-out', count: 25 }]);
  });

  it('needs as many as the options say', () => {
    expect(sqlOf(HANDLER, LOAD, ...items(4, 'OrdersService.load')).repeats).toEqual([]);
  });

  it('needs as much time as the options say', () => {
    const stored = trace([request('r'), HANDLER, LOAD, ...items(5, 'OrdersService.load')]);
    const strict = { ...SETTINGS, nPlusOne: { min: 5, minTotalMs: 8 } };
    expect(traceSql(stored, SETTINGS).repeats).toHaveLength(1);
    expect(traceSql(stored, strict).repeats).toEqual([]);
  });

  it('looks through the method a loop calls, and names the one with the loop', () => {
    const calls = Array.from({ length: 6 }, (_, index) => [
      method('ItemsService.of', 'OrdersService.load', { name: `of-${index}`, at: 20 + index * 2 }),
      query(`q-${index}`, `of-${index}`, ITEMS, { at: 20 + index * 2 }),
    ]).flat();
    const { repeats } = sqlOf(HANDLER, LOAD, ...calls);
    expect(repeats).toMatchObject([{ kind: 'n+1', caller: 'OrdersService.load', count: 6 }]);
  });

  it('looks through a transaction for each of them', () => {
    const calls = Array.from({ length: 5 }, (_, index) => [
      span(`tx-${index}`, 'OrdersService.load', {
        name: 'transaction',
        at: 20 + index * 3,
        for: 2,
        attributes: { 'nest.type': 'db.transaction' },
      }),
      query(`begin-${index}`, `tx-${index}`, 'BEGIN', { at: 20 + index * 3, for: 0.1 }),
      query(`q-${index}`, `tx-${index}`, ITEMS, { at: 20.5 + index * 3, for: 1 }),
    ]).flat();
    const { repeats } = sqlOf(HANDLER, LOAD, ...calls);
    expect(repeats).toMatchObject([{ count: 5, caller: 'OrdersService.load' }]);
  });

  it('keeps apart what two handlers, or two ways, have in common', () => {
    const other = method('Orders.other', 'r', { at: 500, for: 100 }, 'handler');
    const { repeats } = sqlOf(
      HANDLER,
      other,
      ...items(3, 'Orders.find'),
      ...items(3, 'Orders.other'),
    );
    expect(repeats).toEqual([]);
  });

  it('does not blame migrations', () => {
    const boot = span('boot', undefined, { attributes: { 'nest.type': 'lifecycle' } });
    expect(traceSql(trace([boot, ...items(9, 'boot')]), SETTINGS).repeats).toEqual([]);
  });

  it('believes the flag of those whose neighbours are folded', () => {
    const attributes = { 'nest.db.n_plus_one': true };
    const flagged = [1, 2].map((id) =>
      query(`q${id}`, 'OrdersService.load', ITEMS, { at: 20 + id * 2, attributes }),
    );
    expect(sqlOf(HANDLER, LOAD, ...flagged).repeats).toMatchObject([{ count: 2 }]);
  });

  it('is quick on ten thousand queries in a chain of ten thousand calls', () => {
    const spans = [request('r')];
    for (let index = 0; index < 10_000; index++) {
      const parent = index === 0 ? 'r' : `m${index - 1}`;
      spans.push(span(`m${index}`, parent, { name: 'deep' }));
      spans.push(query(`q${index}`, `m${index}`, ITEMS, { at: index }));
    }
    expect(traceSql(trace(spans), SETTINGS).queries).toHaveLength(10_000);
  });
});
