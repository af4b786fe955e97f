import { subscribe, unsubscribe, type ChannelListener } from 'node:diagnostics_channel';
import { once } from 'node:events';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { Module } from '@nestjs/common';
import { context, propagation, SpanKind, trace, type Span } from '@opentelemetry/api';
import { OtelModule } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { startEchoServer, type EchoServer } from '../../support/echo-server.js';

const CREATE = 'undici:request:create';
const TRAILERS = 'undici:request:trailers';
const telemetry = new InMemoryTelemetry();
const foreign = trace.getTracer('foreign');
const undo: (() => void)[] = [];

type HttpRequest = (url: string, options?: RequestOptions) => ClientRequest;

/** Wraps as shimmer does it: the original hangs on what takes its place. */
function wrapHttpRequest(wrap: (original: HttpRequest) => HttpRequest): void {
  const { request } = http;
  const wrapper = Object.assign(wrap(request as HttpRequest), { __original: request });
  http.request = wrapper as typeof http.request;
  undo.push(() => {
    expect(http.request).toBe(wrapper);
    http.request = request;
  });
}

function listen(channel: string, listener: ChannelListener): void {
  subscribe(channel, listener);
  undo.push(() => unsubscribe(channel, listener));
}

/** As instrumentation-http: the call runs inside of its span, which has no part in the rest. */
function instrumentHttp(): void {
  wrapHttpRequest((original) => (url, options = {}) => {
    const span = foreign.startSpan('theirs', { kind: SpanKind.CLIENT });
    const inside = trace.setSpan(context.active(), span);
    const carried = Array.isArray(options.headers) ? [...options.headers] : {};
    propagation.inject(inside, carried, {
      set: (carrier, name, value) => {
        if (Array.isArray(carrier)) carrier.push(name, value);
        else (carrier as Record<string, string>)[name] = value;
      },
    });
    const request = context.with(inside, () => original(url, { ...options, headers: carried }));
    request.once('close', () => span.end());
    return request;
  });
}

/** As instrumentation-undici: its span is never active. */
function instrumentUndici(): void {
  const spans = new WeakMap<object, Span>();
  interface Message {
    readonly request: object & { addHeader(name: string, value: string): void };
  }
  listen(CREATE, (message) => {
    const { request } = message as Message;
    const span = foreign.startSpan('theirs', { kind: SpanKind.CLIENT });
    spans.set(request, span);
    propagation.inject(trace.setSpan(context.active(), span), request, {
      set: (carrier, name, value) => carrier.addHeader(name, value),
    });
  });
  listen(TRAILERS, (message) => spans.get((message as Message).request)?.end());
}

async function bodyOf(request: ClientRequest): Promise<string> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return readText(response);
}

const http1 = (url: string) => bodyOf(http.request(url).end());
const httpList = (url: string) =>
  bodyOf(http.request(url, { headers: ['host', 'x', 'a', 'b'] }).end());
const byFetch = (url: string) => fetch(url).then((response) => response.text());

@Module({
  imports: [OtelModule.forRoot({ exporters: 'none', autoTrace: false, processors: [telemetry] })],
})
class AppModule {}

describe('where somebody else was there before', () => {
  let echo: EchoServer;
  let running: RunningApp;

  beforeAll(async () => {
    echo = await startEchoServer();
  });
  afterEach(async () => {
    await running.close();
    for (const takeBack of undo.splice(0)) takeBack();
    telemetry.clear();
    echo.received.length = 0;
  });
  afterAll(() => echo.close());

  const spansOf = async (send: (url: string) => Promise<string>) => {
    running = await startApp(AppModule);
    await foreign.startActiveSpan('root', async (root) => {
      expect(await send(`http://127.0.0.1:${echo.port}/echo`)).toBe('echo');
      // The connection is free after the body has been read.
      await new Promise(setImmediate);
      root.end();
    });
    return telemetry.waitForTrace('root');
  };
  const expectOneCall = async (name: string, send: (url: string) => Promise<string>) => {
    const spans = await spansOf(send);
    expectTrace(spans, { name: 'root', children: [{ name, kind: 'CLIENT' }] });
    const { headers } = echo.received[0] ?? {};
    const client = spans.find(({ kind }) => kind === 'CLIENT');
    expect(headers?.traceparent).toBe(`00-${client?.traceId}-${client?.spanId}-01`);
  };

  it('calls of node:http are traced, when it is no tracing', async () => {
    const seen: string[] = [];
    wrapHttpRequest((original) => (url, options) => {
      seen.push(url);
      return original(url, options);
    });
    await expectOneCall('GET', http1);
    expect(seen).toEqual([`http://127.0.0.1:${echo.port}/echo`]);
  });

  it('calls of fetch are traced, when it is no tracing', async () => {
    listen(CREATE, () => {});
    await expectOneCall('GET', byFetch);
  });

  it.each([
    ['', http1],
    [', headers that leave early', httpList],
  ])('calls of node:http are left to an instrumentation%s', async (_what, send) => {
    instrumentHttp();
    await expectOneCall('theirs', send);
  });

  it('calls of fetch are left to an instrumentation', async () => {
    instrumentUndici();
    await expectOneCall('theirs', byFetch);
  });
});
