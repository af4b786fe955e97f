import { describe, expect, it } from 'vitest';
import {
  statementDetail,
  statements,
} from '../../../../../libs/nestrace/src/sinks/panel/sql/statements.js';
import { method, query, request, SETTINGS, T0, trace } from '../support/trace-builder.js';
import { TraceShelf } from '../support/trace-shelf.js';

function shelf(): TraceShelf {
  const store = new TraceShelf();
  for (const [index, traceId] of ['a', 'b', 'c'].entries()) {
    store.put(
      trace(
        [
          request('r'),
          method('Orders.find', 'r', {}, 'handler'),
          query('q', 'Orders.find', `SELECT * FROM t WHERE id = ${index}`, {
            at: index,
            for: 10 * (index + 1) ** 3,
            attributes: { 'db.response.returned_rows': 2 },
          }),
          query('tx', 'r', 'COMMIT', { for: 5000 }),
        ],
        { traceId },
      ),
    );
  }
  store.put(
    trace(
      [
        request('r', { name: 'GET /items' }),
        ...Array.from({ length: 6 }, (_, index) =>
          query(`i${index}`, 'r', 'SELECT * FROM items WHERE id = $1', { at: index * 2 }),
        ),
      ],
      { traceId: 'd' },
    ),
  );
  return store;
}

describe('statements', () => {
  it('adds up the runs of all traces, the most expensive first', () => {
    const list = statements(shelf(), SETTINGS);
    expect(list.statements).toMatchObject([
      {
        text: 'SELECT * FROM t WHERE id = ?',
        calls: 3,
        totalMs: 360,
        avgMs: 120,
        p95Ms: 270,
        maxMs: 270,
        slow: 1,
        errors: 0,
        rows: 6,
        routes: ['GET /orders/:id'],
        callers: ['Orders.find'],
      },
      { summary: 'SELECT items', calls: 6, nPlusOne: 1, fanOut: 0, routes: ['GET /items'] },
    ]);
    expect(list.repeats).toMatchObject([{ traceId: 'd', kind: 'n+1', count: 6 }]);
  });

  it('leaves out what an application runs at its start', () => {
    const store = shelf();
    const { length } = statements(store, SETTINGS).statements;
    const start = method('app.bootstrap', undefined, {}, 'lifecycle');
    store.put(trace([start, query('q', 'app.bootstrap', 'CREATE TABLE t')], { traceId: 'e' }));
    expect(statements(store, SETTINGS).statements).toHaveLength(length);
  });

  it('shows one with its slowest and newest runs', () => {
    const store = shelf();
    const { fingerprint = '' } = statements(store, SETTINGS).statements[0] ?? {};
    const detail = statementDetail(store, fingerprint, SETTINGS);
    expect(detail?.statement.calls).toBe(3);
    expect(detail?.samples.map(({ traceId }) => traceId)).toEqual(['c', 'b', 'a']);
    expect(detail?.samples[0]).toEqual({
      traceId: 'c',
      spanId: 'q',
      traceName: 'GET /orders/:id',
      caller: 'Orders.find',
      startMs: T0 + 2,
      durationMs: 270,
    });
  });

  it('does not know what nobody ran', () => {
    expect(statementDetail(shelf(), 'ffff', SETTINGS)).toBeUndefined();
    expect(statements(new TraceShelf(), SETTINGS)).toEqual({ statements: [], repeats: [] });
  });
});
