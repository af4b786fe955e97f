import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { StoredTrace } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import {
  errorDetail,
  errorList,
  traceErrors,
} from '../../../../../libs/nestrace/src/sinks/panel/errors/error-groups.js';
import {
  exceptionEvent,
  method,
  query,
  request,
  span,
  T0,
  trace,
  type SpanShape,
} from '../support/trace-builder.js';
import { TraceShelf } from '../support/trace-shelf.js';

const STACK = `TypeError: no
    at helper (/app/node_modules/x/index.js:1:1)
    at OrdersService.place (/app/src/orders.service.ts:41:11)`;
const FAILED: SpanShape = { statusCode: SpanStatusCode.ERROR, for: 20 };

function failing(
  traceId: string,
  {
    at = 0,
    attributes = {},
    root = FAILED,
  }: { at?: number; attributes?: object; root?: SpanShape } = {},
): StoredTrace {
  return trace(
    [
      request('r', {
        ...root,
        attributes: { 'http.response.status_code': 500, 'url.query': 'dry=1', ...attributes },
      }),
      method('Orders.create', 'r', FAILED, 'handler'),
      method('OrdersService.place', 'Orders.create', {
        ...FAILED,
        events: [
          { name: 'log', timeMs: T0 + at, attributes: { level: 'WARN', message: 'stock is low' } },
          exceptionEvent('TypeError', 'no', at + 1, STACK),
          { name: 'afterwards', timeMs: T0 + at + 5, attributes: {} },
        ],
      }),
    ],
    { traceId },
  );
}

function shelf(...traces: readonly StoredTrace[]): TraceShelf {
  const store = new TraceShelf();
  store.put(...traces);
  return store;
}

describe('errorList', () => {
  it('takes the same error at the same place of the same route together', () => {
    const { groups } = errorList(shelf(failing('a'), failing('b', { at: 9 })));
    expect(groups).toEqual([
      {
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
        type: 'TypeError',
        message: 'no',
        place: 'orders.service.ts:41 OrdersService.place',
        route: 'GET /orders/:id',
        count: 2,
        firstMs: T0 + 1,
        lastMs: T0 + 10,
        traceId: 'b',
        spanId: 'OrdersService.place',
        httpStatus: 500,
        handling: 'unhandled',
      },
    ]);
  });

  it('keeps apart what differs, the last seen first', () => {
    const other = trace([
      span('job', undefined, { ...FAILED, events: [exceptionEvent('RangeError', 'far', 50)] }),
    ]);
    const { groups } = errorList(shelf(other, failing('a')));
    expect(groups.map(({ type, place }) => [type, place])).toEqual([
      ['RangeError', 'job'],
      ['TypeError', 'orders.service.ts:41 OrdersService.place'],
    ]);
  });

  it.each([
    ['unhandled', {}, FAILED],
    ['handled', { 'nest.exception.filter': 'AllFilter' }, FAILED],
    ['answered', { 'nest.exception.filter': 'F', 'http.response.status_code': 409 }, FAILED],
    ['handled', { 'http.response.status_code': 200 }, {}],
  ])('sees that it was %s', (handling, attributes, root) => {
    expect(errorList(shelf(failing('a', { attributes, root }))).groups[0]?.handling).toBe(handling);
  });
});

describe('errorDetail', () => {
  it('shows the newest with the way to it, and what was logged before', () => {
    const store = shelf(failing('a'), failing('b', { at: 9 }));
    const fingerprint = errorList(store).groups[0]?.fingerprint ?? '';
    expect(errorDetail(store, fingerprint)).toMatchObject({
      group: { count: 2 },
      exception: { type: 'TypeError', frames: [{ inApp: false }, { inApp: true, line: 41 }] },
      path: [
        { spanId: 'r', name: 'GET /orders/:id' },
        { name: 'Orders.create' },
        { name: 'OrdersService.place' },
      ],
      logs: [{ level: 'warn', message: 'stock is low', at: 9_000 }],
      request: 'GET /orders/42?dry=1',
      samples: [
        { traceId: 'b', startMs: T0 + 10 },
        { traceId: 'a', startMs: T0 + 1 },
      ],
    });
  });

  it('does not know others', () => {
    expect(errorDetail(shelf(failing('a')), 'nope')).toBeUndefined();
  });
});

describe('traceErrors', () => {
  it('counts an error once, however many spans it marks', () => {
    const { errors } = traceErrors(failing('a'));
    expect(errors).toMatchObject([{ row: 2, spanName: 'OrdersService.place' }]);
  });

  it('names a failed span that has no exception to show', () => {
    const { errors } = traceErrors(
      trace([
        request('r', FAILED),
        query('q', 'r', 'SELECT 1', {
          ...FAILED,
          statusMessage: 'timeout',
          attributes: { 'error.type': '57014' },
        }),
      ]),
    );
    expect(errors).toMatchObject([
      { spanId: 'q', exception: { type: '57014', message: 'timeout', frames: [] } },
    ]);
  });

  it('does not count again what an exception passed beside its way up', () => {
    const stored = failing('a');
    const after = method('Log.intercept', 'r', {
      ...FAILED,
      at: 10,
      statusMessage: 'no',
      attributes: { 'error.type': 'TypeError' },
    });
    const other = { ...after, spanId: 'other', statusMessage: 'something else' };
    const { errors } = traceErrors(trace([...stored.spans, after, other]));
    expect(errors.map(({ spanId }) => spanId)).toEqual(['OrdersService.place', 'other']);
  });

  it('says of an answer which one it was, and to what', () => {
    const call = span('c', undefined, {
      ...FAILED,
      name: 'GET',
      kind: SpanKind.CLIENT,
      attributes: {
        'http.request.method': 'GET',
        'http.response.status_code': 404,
        'error.type': '404',
        'url.full': 'http://billing:3000/charges/7?x=1',
      },
    });
    expect(traceErrors(trace([call])).errors[0]?.exception).toEqual({
      type: 'HTTP 404',
      message: 'GET billing:3000/charges/7',
      frames: [],
    });
  });

  it('finds nothing in what went well', () => {
    expect(traceErrors(trace([request('r')])).errors).toEqual([]);
  });

  it('survives a chain of ten thousand failures', () => {
    const spans = Array.from({ length: 10_000 }, (_, index) =>
      span(`s${index}`, index === 0 ? undefined : `s${index - 1}`, {
        ...FAILED,
        events: [exceptionEvent('Error', 'x', index, STACK)],
      }),
    );
    expect(traceErrors(trace(spans)).errors.at(-1)?.path).toHaveLength(100);
  });
});
