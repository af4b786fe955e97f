import type {
  ErrorDetail,
  RepeatedStatement,
  TraceDetail,
} from '../../../libs/nestrace/src/sinks/panel/contract/index.js';

/** `[name, parent, group, flags?]`, each a millisecond long. */
type Row = readonly [name: string, parent: number, group: number, flags?: number];

export function traceOf(
  rows: readonly Row[],
  summary: Partial<TraceDetail['summary']> = {},
): TraceDetail {
  const names = rows.map(([name]) => name);
  return {
    summary: {
      id: '4bf92f3577b34da6a3ce929d0e0e4736',
      seq: 1,
      name: names[0] ?? '?',
      entry: 'http',
      status: 'ok',
      startMs: 0,
      durationMs: 128,
      inFlight: false,
      spans: rows.length,
      openSpans: 0,
      queries: 0,
      slowQueries: 0,
      nPlusOne: 0,
      fanOut: 0,
      errors: 0,
      services: ['orders'],
      ...summary,
    },
    bootId: 'b',
    nowMs: 128,
    startMs: 0,
    duration: 128_000,
    names,
    services: ['orders'],
    types: [''],
    spans: {
      id: rows.map((_, row) => String(row).padStart(16, '0')),
      parent: rows.map(([, parent]) => parent),
      name: rows.map((_, row) => row),
      service: rows.map(() => 0),
      type: rows.map(() => 0),
      kind: rows.map(() => 0),
      start: rows.map(() => 0),
      duration: rows.map(() => 1000),
      self: rows.map(() => 0),
      flags: rows.map(([, , , flags = 0]) => flags),
      group: rows.map(([, , group]) => group),
    },
    ticks: [],
    phases: [],
    omitted: { spans: 0 },
    sql: 0,
    errors: 0,
    logs: 0,
    links: [],
    exported: { state: 'exported', text: 'Sent.' },
  };
}

export const REPEAT: RepeatedStatement = {
  kind: 'n+1',
  traceId: 'a'.repeat(32),
  traceName: 'GET /orders/:id',
  fingerprint: 'f',
  text: 'SELECT * FROM items WHERE order_id = $1',
  summary: 'SELECT items',
  caller: 'OrdersService.load',
  count: 25,
  totalMs: 84,
  traceMs: 112,
  source: { text: 'SELECT * FROM orders', spanId: 'b'.repeat(16) },
  spanIds: [],
};

export function errorOf(change: Partial<ErrorDetail> = {}): ErrorDetail {
  return {
    group: {
      fingerprint: 'f',
      type: 'TypeError',
      message: 'no price',
      place: 'orders.service.ts:41 OrdersService.total',
      route: 'GET /orders/:id',
      count: 3,
      firstMs: 0,
      lastMs: 0,
      traceId: 'a'.repeat(32),
      spanId: 'b'.repeat(16),
      httpStatus: 500,
      handling: 'unhandled',
    },
    exception: {
      type: 'TypeError',
      message: 'no price',
      frames: [
        { text: 'at OrdersService.total (/app/orders.service.ts:41:23)', inApp: true },
        { text: 'at a (node:internal/x:1:1)', inApp: false },
        { text: 'at b (node:internal/x:2:1)', inApp: false },
        { text: 'at OrdersController.findOne (/app/orders.controller.ts:19:12)', inApp: true },
      ],
    },
    path: [
      { spanId: '1', name: 'GET /orders/:id' },
      { spanId: '2', name: 'OrdersService.total' },
    ],
    logs: [],
    samples: [],
    ...change,
  };
}
