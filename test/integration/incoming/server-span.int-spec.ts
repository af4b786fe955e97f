import { connect } from 'node:net';
import { request } from 'node:http';
import { expectTrace, InMemoryTelemetry, type SpanExpectation } from 'nestrace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call, untraced } from '../../support/client.js';
import { waitUntil } from '../../support/wait-until.js';
import { kitchenWith } from './kitchen.js';

const handled = (handler: string): SpanExpectation['attributes'] => ({
  'nest.controller': 'Kitchen',
  'nest.handler': handler,
  'nest.module': 'KitchenModule',
});

const unhandled: SpanExpectation['attributes'] = {
  'nest.controller': undefined,
  'nest.handler': undefined,
  'nest.module': undefined,
};

describe.each(ADAPTERS)('the SERVER span on %s', (adapterName, createAdapter) => {
  const telemetry = new InMemoryTelemetry();
  let running: RunningApp;
  let url: string;

  beforeAll(async () => {
    running = await startApp(kitchenWith(telemetry), createAdapter());
    ({ url } = running);
  });
  afterAll(() => running.close());
  afterEach(() => {
    telemetry.clear();
  });

  it('describes an answered request completely, and nothing more', async () => {
    const answer = await call(`${url}/kitchen/menu?course=2&token=s3cret`, {
      headers: { 'user-agent': 'guest/1', 'x-request-id': 'req-7', cookie: 'sid=s3cret' },
    });
    expect(answer).toMatchObject({ status: 200, text: '["soup"]' });

    const spans = await telemetry.waitForTrace();
    expectTrace(spans, {
      name: 'GET /kitchen/menu',
      kind: 'SERVER',
      service: 'kitchen',
      status: 'UNSET',
      exceptions: [],
      links: 0,
    });
    expect(spans[0]?.parentSpanId).toBeUndefined();
    expect(spans[0]?.attributes).toEqual({
      'http.request.method': 'GET',
      'http.route': '/kitchen/menu',
      'http.response.status_code': 200,
      'http.request.header.x-request-id': ['req-7'],
      'http.response.header.x-request-id': ['req-7'],
      'url.path': '/kitchen/menu',
      'url.query': 'course=2&token=REDACTED',
      'url.scheme': 'http',
      'network.protocol.version': '1.1',
      'server.address': '127.0.0.1',
      'server.port': Number(new URL(url).port),
      'user_agent.original': 'guest/1',
      'nest.type': 'request',
      'nest.controller': 'Kitchen',
      'nest.handler': 'menu',
      'nest.module': 'KitchenModule',
    });
    expect(JSON.stringify(spans)).not.toContain('s3cret');
  });

  it('names the request by its route and holds the spans of traced methods', async () => {
    await call(`${url}/kitchen/dishes/soup`);

    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/dishes/:dish',
      kind: 'SERVER',
      attributes: { 'url.path': '/kitchen/dishes/soup', 'http.route': '/kitchen/dishes/:dish' },
      children: [
        {
          name: 'Cook.cook',
          kind: 'INTERNAL',
          status: 'UNSET',
          attributes: { 'nest.type': 'provider', 'code.function.name': 'Cook.cook' },
        },
      ],
    });
  });

  it.each([
    ['a denying guard', '/kitchen/closed', 403, handled('closed')],
    ['a refusing pipe', '/kitchen/tables/round', 400, handled('table')],
    ['a thrown 404', '/kitchen/missing', 404, handled('missing')],
    ['a thrown 403', '/kitchen/denied', 403, handled('denied')],
    ['a filter that answers 418', '/kitchen/burnt', 418, handled('burnt')],
  ])('leaves the status unset for %s', async (_what, path, status, attributes) => {
    expect((await call(url + path)).status).toBe(status);

    expectTrace(await telemetry.waitForTrace(), {
      name: /^GET \/kitchen\//,
      kind: 'SERVER',
      status: 'UNSET',
      exceptions: path === '/kitchen/burnt' ? ['Burnt'] : [],
      attributes: { ...attributes, 'http.response.status_code': status, 'error.type': undefined },
    });
  });

  it('records an error on the method that threw it, and marks the request as failed', async () => {
    expect((await call(`${url}/kitchen/fire`)).status).toBe(500);

    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/fire',
      status: 'ERROR',
      statusMessage: false,
      exceptions: [],
      attributes: { 'http.response.status_code': 500, 'error.type': 'RangeError' },
      children: [
        {
          name: 'Cook.burn',
          status: 'ERROR',
          statusMessage: 'too hot',
          exceptions: ['RangeError'],
          attributes: { 'error.type': 'RangeError' },
        },
      ],
    });
  });

  it('records an error of a handler without a span of its own on the request', async () => {
    await call(`${url}/kitchen/smoke`);

    const spans = await telemetry.waitForTrace();
    expectTrace(spans, {
      name: 'GET /kitchen/smoke',
      status: 'ERROR',
      exceptions: ['RangeError'],
      attributes: { 'http.response.status_code': 500, 'error.type': 'RangeError' },
    });
    expect(spans[0]?.events[0]?.attributes).toMatchObject({
      'exception.message': 'smoke in the kitchen',
      'exception.stacktrace': expect.stringContaining('Kitchen.smoke'),
    });
  });

  it('records the error of a guard, which no interceptor sees', async () => {
    await call(`${url}/kitchen/broken-guard`);

    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/broken-guard',
      status: 'ERROR',
      exceptions: ['TypeError'],
      attributes: {
        ...handled('brokenGuard'),
        'http.response.status_code': 500,
        'error.type': 'TypeError',
      },
    });
  });

  it('takes an HttpException of 500 and above for an error', async () => {
    await call(`${url}/kitchen/full`);

    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/full',
      status: 'ERROR',
      exceptions: ['ServiceUnavailableException'],
      attributes: {
        'http.response.status_code': 503,
        'error.type': 'ServiceUnavailableException',
      },
    });
  });

  it('judges an error with a status of its own by what Nest makes of it', async () => {
    // NestJS 11 answers with the status of the error, NestJS 12 with 500.
    const { status } = await call(`${url}/kitchen/unpaid`);

    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/unpaid',
      attributes: { 'http.response.status_code': status },
      ...(status === 402
        ? { status: 'UNSET', exceptions: [] }
        : { status: 'ERROR', exceptions: ['RangeError'] }),
    });
  });

  it('covers a route that does not exist, named by the method alone', async () => {
    expect((await call(`${url}/nowhere/1`)).status).toBe(404);

    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET',
      kind: 'SERVER',
      status: 'UNSET',
      exceptions: [],
      attributes: {
        ...unhandled,
        'http.route': undefined,
        'http.response.status_code': 404,
        'url.path': '/nowhere/1',
      },
    });
  });

  it('covers a body that cannot be parsed', async () => {
    const answer = await call(`${url}/kitchen/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"dish":',
    });
    expect(answer.status).toBe(400);

    expectTrace(await telemetry.waitForTrace(), {
      name: /^POST/,
      kind: 'SERVER',
      status: 'UNSET',
      exceptions: [],
      attributes: { 'http.response.status_code': 400, 'error.type': undefined },
    });
  });

  it('keeps the body out of the trace', async () => {
    const answer = await call(`${url}/kitchen/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"card":"4111111111111111"}',
    });
    expect(answer).toMatchObject({ status: 202, text: '{"card":"4111111111111111"}' });

    const spans = await telemetry.waitForTrace('POST /kitchen/orders');
    expect(JSON.stringify(spans)).not.toContain('4111111111111111');
  });

  it('lasts until a streamed response has been sent', async () => {
    const answer = await call(`${url}/kitchen/film`);
    expect(answer.text).toBe('slice 0\nslice 1\nslice 2\n');

    const [span] = await telemetry.waitForTrace('GET /kitchen/film');
    expect(span?.durationMs).toBeGreaterThan(8);
    expect(span?.attributes).toMatchObject({ 'http.response.status_code': 200 });
  });

  it('lasts until an event stream has ended', async () => {
    const answer = await call(`${url}/kitchen/news`);
    expect(answer.text).toContain('data: number 2');

    const [span] = await telemetry.waitForTrace('GET /kitchen/news');
    expect(span?.durationMs).toBeGreaterThan(14);
    expect(span?.status.code).toBe('UNSET');
  });

  it('fails when the application tears a response it has begun', async () => {
    await call(`${url}/kitchen/torn`).catch(() => {});

    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/torn',
      status: 'ERROR',
      attributes: { 'error.type': 'response_aborted', 'http.response.status_code': 200 },
    });
  });

  it('ends when the client leaves while the handler works', async () => {
    const outgoing = untraced(() => request(`${url}/kitchen/wait`));
    outgoing.on('error', () => {});
    outgoing.end();
    await waitUntil(() => telemetry.openSpans().length === 1, 'the request is open');
    outgoing.destroy();

    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/wait',
      status: 'UNSET',
      exceptions: [],
      attributes: { 'error.type': 'client_aborted', 'http.response.status_code': undefined },
    });
    expect(telemetry.openSpans()).toEqual([]);
  });

  it('ends when the client leaves an event stream', async () => {
    const outgoing = untraced(() => request(`${url}/kitchen/endless`));
    outgoing.on('error', () => {});
    outgoing.on('response', (response) => {
      response.once('data', () => outgoing.destroy());
    });
    outgoing.end();

    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/endless',
      status: 'UNSET',
      attributes: { 'error.type': 'client_aborted', 'http.response.status_code': 200 },
    });
  });

  it.each([
    ['HEAD', '/kitchen/menu', 'HEAD /kitchen/menu', 200],
    ['PATCH', '/kitchen/any', 'PATCH /kitchen/any', 200],
    ['GET', '/kitchen/old', 'GET /kitchen/old', 302],
    ['GET', '/kitchen/by-hand', 'GET /kitchen/by-hand', 207],
  ])('names %s %s by the method of the request', async (method, path, name, status) => {
    expect((await call(url + path, { method })).status).toBe(status);

    expectTrace(await telemetry.waitForTrace(), {
      name,
      attributes: { 'http.request.method': method, 'http.response.status_code': status },
    });
  });

  it('does not let an unknown method make a new span name', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end('PROPFIND /kitchen/menu HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    socket.resume();

    expectTrace(await telemetry.waitForTrace(), {
      name: 'HTTP',
      attributes: {
        'http.request.method': '_OTHER',
        'http.request.method_original': 'PROPFIND',
      },
    });
  });

  it('answers an undecodable path', async () => {
    const answer = await call(`${url}/kitchen/dishes/%E0%A4%A`);
    expect(answer.status).toBe(400);
    if (adapterName === 'Fastify') {
      // Its router refuses the path before any hook runs.
      expect(telemetry.spans()).toEqual([]);
      return;
    }
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET',
      status: 'UNSET',
      exceptions: [],
      attributes: { 'http.response.status_code': 400, 'url.path': '/kitchen/dishes/%E0%A4%A' },
    });
  });
});
