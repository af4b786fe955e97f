import { describe, expect, it } from 'vitest';
import { searchTrace } from '../../../../../libs/nestrace/src/sinks/panel/query/search-trace.js';
import { method, query, request, span, T0, trace } from '../support/trace-builder.js';

const STORED = trace([
  request('root', { for: 100 }),
  method('Orders.find', 'root', { at: 1, attributes: { tags: ['red', 'Green'] } }, 'handler'),
  query('q', 'Orders.find', 'SELECT secret_column FROM t', { at: 2 }),
  span('evented', 'root', {
    at: 50,
    statusMessage: 'went wrong',
    events: [{ name: 'cache', timeMs: T0, attributes: { 'cache.key': 'order-7' } }],
  }),
]);

describe('searchTrace', () => {
  it.each([
    ['a name', 'ORDERS.find', [1]],
    ['an id', 'evented', [3]],
    ['a value', 'secret_column', [2]],
    ['a value of a list', 'green', [1]],
    ['a key', 'db.query', [2]],
    ['a message', 'went wrong', [3]],
    ['the name of an event', 'cache', [3]],
    ['a value of an event', 'order-7', [3]],
    ['nothing', 'not there', []],
    ['no text', '  ', []],
  ])('finds %s', (_, text, rows) => {
    expect(searchTrace(STORED, text)).toEqual({ rows, total: rows.length });
  });

  it('stays below a span', () => {
    expect(searchTrace(STORED, 'orders').rows).toEqual([0, 1, 2, 3]);
    expect(searchTrace(STORED, 'orders', 'Orders.find').rows).toEqual([1, 2]);
    expect(searchTrace(STORED, 'orders', 'nobody').rows).toEqual([]);
  });
});
