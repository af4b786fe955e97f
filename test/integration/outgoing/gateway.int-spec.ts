import { once } from 'node:events';
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text as readText } from 'node:stream/consumers';
import { Controller, Get, Headers, Module, Query } from '@nestjs/common';
import axios from 'axios';
import { NoTrace, OtelModule, type OtelModuleOptions } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { startEchoServer, type EchoServer } from '../../support/echo-server.js';

type Send = (url: string, headers: IncomingHttpHeaders) => Promise<string>;

const asRecord = (headers: IncomingHttpHeaders) => headers as Record<string, string>;

const ways: Record<string, Send> = {
  fetch: (url, headers) => fetch(url, { headers: asRecord(headers) }).then((r) => r.text()),
  'http.get': async (url, headers) => {
    const [response] = (await once(http.get(url, { headers }), 'response')) as [IncomingMessage];
    return readText(response);
  },
  'http.get with a list': async (url, headers) => {
    const list = Object.entries(asRecord(headers)).flat();
    const request = http.get(url, { headers: list });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return readText(response);
  },
  axios: (url, headers) =>
    axios.get<string>(url, { headers: asRecord(headers) }).then(({ data }) => data),
};

const TRACE_ID = 'a'.repeat(32);
const CALLER = 'b'.repeat(16);
const incoming = {
  traceparent: `00-${TRACE_ID}-${CALLER}-01`,
  tracestate: 'vendor=1',
  baggage: 'tenant=acme',
};

const telemetry = new InMemoryTelemetry();

describe.each(ADAPTERS)('a gateway on %s that passes all headers on', (_name, adapter) => {
  let echo: EchoServer;
  let running: RunningApp;

  @Controller()
  class Gateway {
    private send(way: string, headers: IncomingHttpHeaders): Promise<string> | undefined {
      return ways[way]?.(`http://127.0.0.1:${echo.port}/echo`, headers);
    }

    @Get('pass')
    pass(@Query('way') way: string, @Headers() headers: IncomingHttpHeaders) {
      return this.send(way, headers);
    }

    @NoTrace()
    @Get('quiet')
    quiet(@Query('way') way: string, @Headers() headers: IncomingHttpHeaders) {
      return this.send(way, headers);
    }
  }

  const start = async (options: OtelModuleOptions = {}) => {
    @Module({
      imports: [
        OtelModule.forRoot({
          exporters: 'none',
          autoTrace: false,
          processors: [telemetry],
          ...options,
        }),
      ],
      controllers: [Gateway],
    })
    class GatewayModule {}
    running = await startApp(GatewayModule, adapter());
  };
  const through = async (path: string, way: string, headers: Record<string, string> = incoming) => {
    const { text } = await call(`${running.url}/${path}?way=${way}`, { headers });
    expect(text).toBe('echo');
    const [received] = echo.received;
    if (received === undefined) throw new Error('The call did not arrive.');
    return received;
  };

  beforeAll(async () => {
    echo = await startEchoServer();
  });
  afterEach(async () => {
    await running.close();
    telemetry.clear();
    echo.received.length = 0;
  });
  afterAll(() => echo.close());

  it.each(Object.keys(ways))('is a step of the trace: %s', async (way) => {
    await start();
    const { headers, rawHeaders } = await through('pass', way);
    const spans = await telemetry.waitForTrace('GET /pass');
    expectTrace(spans, {
      name: 'GET /pass',
      kind: 'SERVER',
      children: [{ name: 'GET', kind: 'CLIENT' }],
    });
    expect(spans.find(({ kind }) => kind === 'SERVER')?.parentSpanId).toBe(CALLER);
    const client = spans.find(({ kind }) => kind === 'CLIENT');
    expect(headers).toMatchObject({
      ...incoming,
      traceparent: `00-${TRACE_ID}-${client?.spanId}-01`,
    });
    expect(rawHeaders.filter((name) => /^traceparent$/i.test(name))).toHaveLength(1);
  });

  it.each(Object.keys(ways))('replaces a broken trace context: %s', async (way) => {
    await start();
    const { headers } = await through('pass', way, { traceparent: 'broken' });
    const client = (await telemetry.waitForTrace('GET /pass')).find((s) => s.kind === 'CLIENT');
    expect(headers.traceparent).toBe(`00-${client?.traceId}-${client?.spanId}-01`);
  });

  it.each<[string, string, OtelModuleOptions]>([
    ['is not sampled', 'pass', { sampling: { strategy: 'never' } }],
    ['is ignored', 'pass', { sampling: { ignore: ['/pass'] } }],
    ['is marked so', 'quiet', {}],
  ])('does not call recorded what %s', async (_what, path, options) => {
    await start(options);
    for (const way of Object.keys(ways)) {
      const { headers } = await through(path, way);
      expect(headers.traceparent).toMatch(new RegExp(`^00-${TRACE_ID}-[0-9a-f]{16}-00$`));
      echo.received.length = 0;
    }
    expect(telemetry.spans()).toEqual([]);
  });
});
