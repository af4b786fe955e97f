import { SpanKind, SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import type { StoredSpan } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import type { TraceSummary } from '../../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { NoiseFilter } from '../../../../../libs/nestrace/src/sinks/panel/traces/noise.js';
import { summarizeTrace } from '../../../../../libs/nestrace/src/sinks/panel/traces/summarize-trace.js';
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
  type SpanShape,
} from '../support/trace-builder.js';

function summaryOf(...spans: readonly StoredSpan[]): TraceSummary {
  return summarizeTrace(trace(spans), SETTINGS, new NoiseFilter(SETTINGS.probePaths));
}

function server(attributes: SpanShape['attributes'] = {}, kind = SpanKind.SERVER): StoredSpan {
  return span('root', undefined, { kind, attributes });
}

describe('summarizeTrace', () => {
  it('tells what a request did', () => {
    const summary = summaryOf(
      query('q', 'h', 'SELECT 1', { at: 5, for: 120 }),
      method('h', 'r', { at: 1, for: 140 }, 'handler'),
      request('r', { for: 150 }),
      span('other', 'h', { at: 10, for: 200, source: sourceNamed('billing') }),
    );
    expect(summary).toEqual({
      id: 't1',
      seq: 1,
      name: 'GET /orders/:id',
      entry: 'http',
      method: 'GET',
      route: '/orders/:id',
      path: '/orders/42',
      httpStatus: 200,
      status: 'ok',
      startMs: T0,
      durationMs: 210,
      inFlight: false,
      spans: 4,
      openSpans: 0,
      queries: 1,
      slowQueries: 1,
      nPlusOne: 0,
      fanOut: 0,
      errors: 0,
      services: ['orders', 'billing'],
    });
  });

  it.each<[string, StoredSpan]>([
    ['http', request('r')],
    ['http', server({ 'http.method': 'GET' })],
    ['graphql', server({ 'graphql.operation.type': 'query' }, SpanKind.INTERNAL)],
    ['rpc', server({ 'rpc.system.name': 'nestjs' })],
    ['queue', server({ 'messaging.system': 'nestjs' }, SpanKind.CONSUMER)],
    ['websocket', server({ 'nest.type': 'request' })],
    ['cron', server({ 'nest.operation.trigger': 'interval' }, SpanKind.INTERNAL)],
    ['event', server({ 'nest.operation.trigger': 'event' }, SpanKind.INTERNAL)],
    ['lifecycle', server({ 'nest.type': 'lifecycle' }, SpanKind.INTERNAL)],
    ['operation', server({}, SpanKind.INTERNAL)],
    ['other', server({}, SpanKind.CLIENT)],
    ['other', server({})],
  ])('sees what started it: %s', (entry, root) => {
    expect(summaryOf(root).entry).toBe(entry);
  });

  it('calls a request that carries an operation of GraphQL by that', () => {
    const operation = span('op', 'r', { attributes: { 'graphql.operation.type': 'query' } });
    expect(summaryOf(request('r'), operation).entry).toBe('graphql');
  });

  it.each([
    [{ name: '' }, 'GET /orders/42'],
    [{ name: '  ', attributes: { 'http.request.method': '' } }, 'span r'],
  ])('has a name for what has none', (shape, name) => {
    expect(summaryOf(request('r', shape)).name).toBe(name);
  });

  it('has a line for a trace of which nothing is left', () => {
    expect(summaryOf()).toMatchObject({ name: 'trace t1', spans: 0, durationMs: 0 });
  });

  it('notes the first error; one that passes through many spans counts once', () => {
    const failed = { statusCode: SpanStatusCode.ERROR, for: 10 };
    const summary = summaryOf(
      request('r', { ...failed, attributes: { 'http.response.status_code': 500 } }),
      method('h', 'r', failed, 'handler'),
      method('s', 'h', { ...failed, events: [exceptionEvent('TypeError', 'no\n such  thing', 3)] }),
      query('q', 's', 'SELECT 1', failed),
    );
    expect(summary).toMatchObject({ status: 'error', errors: 1, note: 'TypeError: no such thing' });
  });

  it('is an error by its status alone, too', () => {
    const attributes = { 'http.response.status_code': 503 };
    expect(summaryOf(request('r', { attributes }))).toMatchObject({ status: 'error', errors: 0 });
    const notFound = { 'http.response.status_code': 404 };
    expect(summaryOf(request('r', { attributes: notFound })).status).toBe('ok');
  });

  it('notes what a trace in flight waits for', () => {
    const open = { isOpen: true, for: 4000 };
    const summary = summaryOf(
      request('r', open),
      query('q', 'h', 'SELECT * FROM orders', { ...open, at: 2 }),
      method('h', 'r', { ...open, at: 3 }, 'handler'),
    );
    expect(summary).toMatchObject({
      inFlight: true,
      openSpans: 3,
      note: 'waiting: postgresql SELECT orders',
    });
  });

  it('names what a call goes to', () => {
    const call = span('c', 'r', {
      name: 'POST',
      isOpen: true,
      kind: SpanKind.CLIENT,
      attributes: { 'url.full': 'http://billing:3000/charge?x=1' },
    });
    expect(summaryOf(request('r', { isOpen: true }), call).note).toBe(
      'waiting: POST billing:3000/charge',
    );
  });

  it('marks what the sampler left out, orphans, and what there was no room for', () => {
    expect(summaryOf(request('r', { isSampled: false })).notExported).toBe(true);
    const received = { isSampled: false, source: sourceNamed('far', true) };
    expect(summaryOf(request('r', received)).notExported).toBeUndefined();
    expect(summaryOf(span('a', 'gone')).orphan).toBe(true);
    expect(summaryOf(span('a', 'gone', { hasRemoteParent: true })).orphan).toBeUndefined();
    const cut = trace([request('r')], { omittedSpans: 3 });
    expect(summarizeTrace(cut, SETTINGS, new NoiseFilter([])).omittedSpans).toBe(3);
  });

  it.each<[string | undefined, StoredSpan]>([
    ['lifecycle', server({ 'nest.type': 'lifecycle' }, SpanKind.INTERNAL)],
    ['background', server({ 'nest.operation.trigger': 'cron' }, SpanKind.INTERNAL)],
    ['background', server({ 'nest.operation.trigger': 'interval' }, SpanKind.INTERNAL)],
    [undefined, server({ 'nest.operation.trigger': 'timeout' }, SpanKind.INTERNAL)],
    ['probe', request('r', { attributes: { 'url.path': '/health' } })],
    ['probe', request('r', { attributes: { 'url.path': '/api/healthz' } })],
    ['asset', request('r', { attributes: { 'url.path': '/favicon.ico' } })],
    [undefined, request('r', { attributes: { 'url.path': '/a.png', 'nest.handler': 'image' } })],
    [undefined, request('r')],
    [
      undefined,
      request('r', { attributes: { 'url.path': '/health', 'http.response.status_code': 503 } }),
    ],
    [
      undefined,
      span('r', undefined, {
        attributes: { 'nest.operation.trigger': 'cron' },
        statusCode: SpanStatusCode.ERROR,
      }),
    ],
  ])('knows noise (%s) from what matters', (noise, root) => {
    expect(summaryOf(root).noise).toBe(noise);
  });

  it('is not led astray by keys and values that are none', () => {
    const attributes = JSON.parse(
      '{"__proto__": "x", "http.response.status_code": "abc", "constructor": "y", "http.route": ""}',
    ) as Attributes;
    const summary = summaryOf(span('r', undefined, { attributes, durationMs: Number.NaN }));
    expect(summary).toMatchObject({ name: 'r', durationMs: 0, status: 'unset' });
    expect(summary.httpStatus).toBeUndefined();
  });
});
