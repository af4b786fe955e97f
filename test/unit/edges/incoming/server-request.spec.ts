import { EventEmitter } from 'node:events';
import { ServerResponse, type IncomingMessage } from 'node:http';
import { BadRequestException, InternalServerErrorException } from '@nestjs/common';
import { ROOT_CONTEXT, SpanKind, type Span, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import {
  requestOf,
  ServerRequest,
  type ResponseSettings,
} from '../../../../libs/nestrace/src/edges/incoming/server-request.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

interface Connection {
  readonly readableEnded?: boolean;
  readonly errored?: Error;
}

/** A response of Node's own that is never sent; its events are raised by hand. */
function responseOn(connection: Connection, httpVersionMajor = 1): ServerResponse {
  const socket = Object.assign(new EventEmitter(), connection);
  return new ServerResponse({ method: 'GET', httpVersionMajor, socket } as IncomingMessage & {
    socket: never;
  });
}

const OPEN: Connection = { readableEnded: false };

describe('ServerRequest', () => {
  let tracing: Tracing;
  let span: Span;

  beforeEach(() => {
    tracing = startTracing();
    span = tracing.tracer.startSpan('GET', { kind: SpanKind.SERVER });
  });
  afterEach(() => {
    tracing.stop();
  });

  function request(settings: Partial<ResponseSettings> = {}): ServerRequest {
    return new ServerRequest(span, 'GET', {
      headers: [],
      legacyNames: false,
      ...settings,
    });
  }

  /** Sends a whole response. */
  function answer(serverRequest: ServerRequest, status: number, headers: object = {}): void {
    const response = responseOn(OPEN);
    serverRequest.follow(response, ROOT_CONTEXT);
    response.writeHead(status, headers as Record<string, string>);
    response.end();
    response.emit('finish');
    response.emit('close');
  }

  const only = () => {
    const [view] = tracing.spans.spans();
    if (view === undefined) throw new Error('The span has not ended.');
    return view;
  };

  it('is known to what runs in its context', () => {
    const serverRequest = request();
    expect(requestOf(ROOT_CONTEXT)).toBeUndefined();
    expect(requestOf(serverRequest.enter(ROOT_CONTEXT))).toBe(serverRequest);
  });

  it.each([
    [200, 'UNSET', undefined],
    [404, 'UNSET', undefined],
    [499, 'UNSET', undefined],
    [500, 'ERROR', '500'],
    [503, 'ERROR', '503'],
  ])('takes the status %i for what it is', (status, code, errorType) => {
    answer(request(), status);
    expect(only().status.code).toBe(code);
    expect(only().attributes).toEqual({
      'http.response.status_code': status,
      ...(errorType !== undefined && { 'error.type': errorType }),
    });
  });

  it('names the route that was tried last', () => {
    const serverRequest = request();
    expect(serverRequest.hasRoute).toBe(false);
    serverRequest.routeTo('/orders/*');
    serverRequest.routeTo('/orders/:id');
    expect(serverRequest.hasRoute).toBe(true);
    answer(serverRequest, 200);
    expect(only()).toMatchObject({
      name: 'GET /orders/:id',
      attributes: { 'http.route': '/orders/:id' },
    });
  });

  it('says what handles it', () => {
    const serverRequest = request();
    serverRequest.handledBy({ controller: 'Orders', handler: 'find', module: undefined });
    answer(serverRequest, 200);
    expect(only().attributes).toEqual({
      'nest.controller': 'Orders',
      'nest.handler': 'find',
      'http.response.status_code': 200,
    });
  });

  it('shows the headers that were asked for, and the old names', () => {
    const serverRequest = request({
      headers: ['x-id', 'set-cookie', 'x-none'].map((name) => [
        name,
        `http.response.header.${name}`,
      ]),
      legacyNames: true,
    });
    const response = responseOn(OPEN);
    serverRequest.follow(response, ROOT_CONTEXT);
    response.setHeader('x-id', 7);
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.end();
    response.emit('finish');
    response.emit('close');
    expect(only().attributes).toEqual({
      'http.response.status_code': 200,
      'http.status_code': 200,
      'http.response.header.x-id': ['7'],
      'http.response.header.set-cookie': ['a=1', 'b=2'],
    });
  });

  describe('with an exception', () => {
    it('tells its type when the response is a failure', () => {
      const serverRequest = request();
      serverRequest.threw(new RangeError('too much'));
      answer(serverRequest, 500);
      expect(only()).toMatchObject({
        status: { code: 'ERROR' },
        attributes: { 'error.type': 'RangeError' },
        events: [{ name: 'exception' }],
      });
    });

    it('shows it, but is no failure when a filter made something of it', () => {
      const serverRequest = request();
      serverRequest.threw(new RangeError('too much'));
      answer(serverRequest, 409);
      expect(only().status.code).toBe('UNSET');
      expect(only().attributes).not.toHaveProperty('error.type');
      expect(only().events).toHaveLength(1);
    });

    it('knows which ones are answers', () => {
      const serverRequest = request();
      serverRequest.threw(new BadRequestException());
      expect(span).toMatchObject({ events: [] });
      serverRequest.threw(new InternalServerErrorException());
      expect(span).toMatchObject({ events: [{ name: 'exception' }] });
    });
  });

  describe('with an error that carries a status below 500', () => {
    const refused = () => Object.assign(new RangeError('refused'), { statusCode: 403 });

    it('is what the answer is when it became the answer', () => {
      const serverRequest = request();
      serverRequest.threw(refused());
      answer(serverRequest, 403);
      expect(only()).toMatchObject({ status: { code: 'UNSET' }, events: [] });
      expect(only().attributes).not.toHaveProperty('error.type');
    });

    it('is a failure when it was taken for one', () => {
      const serverRequest = request();
      serverRequest.threw(refused());
      answer(serverRequest, 500);
      expect(only()).toMatchObject({
        status: { code: 'ERROR' },
        attributes: { 'error.type': 'RangeError' },
        events: [{ name: 'exception' }],
      });
    });
  });

  describe('whose response is not complete', () => {
    const breakOff = (connection: Connection, version?: number, headFirst = false): void => {
      const response = responseOn(connection, version);
      request().follow(response, ROOT_CONTEXT);
      if (headFirst) response.writeHead(200).flushHeaders();
      response.emit('close');
    };

    it.each<[string, Connection]>([
      ['ended its side', { readableEnded: true }],
      ['reset it', { readableEnded: false, errored: new Error('ECONNRESET') }],
      ['has only the likeness of a connection', {}],
    ])('is no failure when the client %s', (_what, connection) => {
      breakOff(connection);
      expect(only().status.code).toBe('UNSET');
      expect(only().attributes).toEqual({ 'error.type': 'client_aborted' });
    });

    it('is a failure when nobody but the application can have ended it', () => {
      breakOff(OPEN, 1, true);
      expect(only().status.code).toBe('ERROR');
      expect(only().attributes).toEqual({
        'http.response.status_code': 200,
        'error.type': 'response_aborted',
      });
    });

    it('cannot know who ended a stream of HTTP/2', () => {
      breakOff(OPEN, 2);
      expect(only().attributes).toEqual({ 'error.type': 'client_aborted' });
    });

    it('does not believe a finish of HTTP/2 that nobody has asked for', () => {
      const response = responseOn(OPEN, 2);
      request().follow(response, ROOT_CONTEXT);
      response.emit('finish');
      response.emit('close');
      expect(only().attributes).toEqual({ 'error.type': 'client_aborted' });
    });
  });

  it('ends once, and does not change afterwards', () => {
    const serverRequest = request();
    answer(serverRequest, 200);
    serverRequest.routeTo('/late');
    serverRequest.handledBy({ controller: 'Late', handler: 'late', module: 'Late' });
    serverRequest.threw(new Error('late'));
    answer(serverRequest, 500);
    expect(tracing.spans.spans()).toHaveLength(1);
    expect(only()).toMatchObject({ name: 'GET', status: { code: 'UNSET' }, events: [] });
    expect(only().attributes).toEqual({ 'http.response.status_code': 200 });
  });

  it('ends even when the response cannot be read, and the failure is counted', () => {
    const before = failureCounts().get('incoming.response') ?? 0;
    const response = responseOn(OPEN);
    Object.defineProperty(response, 'headersSent', {
      get: () => {
        throw new Error('unreadable');
      },
    });
    request().follow(response, ROOT_CONTEXT);
    expect(() => response.emit('close')).not.toThrow();
    expect(tracing.spans.spans()).toHaveLength(1);
    expect(failureCounts().get('incoming.response')).toBe(before + 1);
  });

  it('leaves nothing behind when it is not to be seen, of what has ended before either', () => {
    const serverRequest = request();
    const below = trace.setSpan(ROOT_CONTEXT, serverRequest.span);
    tracing.tracer.startSpan('middleware', {}, below).end();
    serverRequest.isToBeSeen(false);
    answer(serverRequest, 200);
    expect(tracing.spans.spans()).toEqual([]);
    expect(tracing.spans.openSpans()).toEqual([]);
  });

  it('lets go of what has waited as soon as it is known that it is to be seen', () => {
    const serverRequest = request();
    const below = trace.setSpan(ROOT_CONTEXT, serverRequest.span);
    tracing.tracer.startSpan('middleware', {}, below).end();
    expect(tracing.spans.spans()).toEqual([]);
    serverRequest.isToBeSeen(true);
    expect(tracing.spans.spans().map(({ name }) => name)).toEqual(['middleware']);
  });

  it('lets go of what has waited for a handler that never came', () => {
    const serverRequest = request();
    const below = trace.setSpan(ROOT_CONTEXT, serverRequest.span);
    tracing.tracer.startSpan('middleware', {}, below).end();
    answer(serverRequest, 404);
    expect(tracing.spans.spans().map(({ name }) => name)).toEqual(['middleware', 'GET']);
  });

  it('lets only so much of it wait', () => {
    const serverRequest = request();
    const below = trace.setSpan(ROOT_CONTEXT, serverRequest.span);
    for (let count = 0; count < 250; count++) tracing.tracer.startSpan('work', {}, below).end();
    expect(tracing.spans.spans()).toHaveLength(250);
  });
});
