import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { Controller, Get, Injectable, Module, Post, Res, type DynamicModule } from '@nestjs/common';
import { OtelModule, Traced, TraceService, type OtelModuleOptions } from 'nestrace';
import { expectTrace, InMemoryTelemetry } from 'nestrace/testing';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { waitUntil } from '../../support/wait-until.js';
import { kitchenWith } from './kitchen.js';

/** Fails in every way a part of the pipeline can fail. */
class BrokenProcessor implements SpanProcessor {
  onStart(): void {
    throw new Error('broken at the start');
  }
  onEnd(): void {
    throw new Error('broken at the end');
  }
  forceFlush(): Promise<void> {
    return Promise.reject(new Error('broken flush'));
  }
  shutdown(): Promise<void> {
    throw new Error('broken shutdown');
  }
}

describe.each(ADAPTERS)('a hostile world on %s', (_name, createAdapter) => {
  const telemetry = new InMemoryTelemetry();
  let running: RunningApp | undefined;

  const start = async (module: DynamicModule): Promise<string> => {
    running = await startApp(module, createAdapter());
    return running.url;
  };
  const startKitchen = (options: OtelModuleOptions = {}) => start(kitchenWith(telemetry, options));
  afterEach(async () => {
    await running?.close();
    telemetry.clear();
  });

  it('serves requests while every part of the pipeline throws', async () => {
    const broken = {
      inject: () => {
        throw new Error('inject');
      },
      extract: () => {
        throw new Error('extract');
      },
      fields: () => [],
    };
    const url = await startKitchen({
      processors: [new BrokenProcessor(), telemetry],
      propagators: [broken],
      sampling: {
        sampler: {
          shouldSample: () => {
            throw new Error('sampler');
          },
          toString: () => 'BrokenSampler',
        },
      },
    });
    expect(await call(`${url}/kitchen/dishes/soup`)).toMatchObject({
      status: 200,
      text: 'one soup',
    });
    expect((await call(`${url}/kitchen/fire`)).status).toBe(500);
  });

  it('gives other processors their spans when one throws', async () => {
    const url = await startKitchen({ processors: [new BrokenProcessor(), telemetry] });
    await call(`${url}/kitchen/dishes/soup`);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/dishes/:dish',
      children: [{ name: 'Cook.cook' }],
    });
  });

  it('takes a header that looks like everything at once', async () => {
    const url = await startKitchen();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end(
      [
        'GET /kitchen/menu?a=%E0%A4%A&token=x&&=&b HTTP/1.1',
        `Host: ${'h'.repeat(3000)}:notaport`,
        `User-Agent: ${'\u00ff<script>'.repeat(200)}`,
        'X-Request-Id: a, b',
        `Traceparent: ${'0'.repeat(4000)}`,
        `Tracestate: ${'a=1,'.repeat(1000)}`,
        'Connection: close',
        '',
        '',
      ].join('\r\n'),
      'latin1',
    );
    await socket.toArray();
    const [span] = await telemetry.waitForTrace();
    expect(JSON.stringify(span)).not.toContain('token=x');
    expect(span?.attributes['url.path']).toBe('/kitchen/menu');
    expect(String(span?.attributes['http.response.header.x-request-id'])).toMatch(
      /^[0-9a-f-]{36}$/,
    );
  });

  it('answers an unusable request id with one of its own', async () => {
    const url = await startKitchen();
    for (const bad of ['a b', 'x'.repeat(129), 'é', '<script>', '']) {
      const { headers } = await call(`${url}/kitchen/menu`, {
        headers: { 'x-request-id': Buffer.from(bad).toString('latin1') },
      });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    }
    const good = 'A-z_0.9:/+=@';
    const { headers } = await call(`${url}/kitchen/menu`, { headers: { 'x-request-id': good } });
    expect(headers['x-request-id']).toBe(good);
  });

  it('keeps an unusable request id off the span', async () => {
    const url = await startKitchen();
    const { headers } = await call(`${url}/kitchen/menu`, {
      headers: { 'x-request-id': 'x'.repeat(9_013) },
    });
    const [span] = await telemetry.waitForTrace();
    expect(span?.attributes).toMatchObject({
      'http.response.header.x-request-id': [headers['x-request-id']],
    });
    expect(span?.attributes).not.toHaveProperty(['http.request.header.x-request-id']);
  });

  it('puts the request id on the span whatever else is captured', async () => {
    const url = await startKitchen({
      http: { captureRequestHeaders: ['accept'], captureResponseHeaders: [] },
    });
    await call(`${url}/kitchen/menu`, { headers: { 'x-request-id': 'r-1' } });
    const [span] = await telemetry.waitForTrace();
    expect(span?.attributes).toMatchObject({
      'http.request.header.x-request-id': ['r-1'],
      'http.response.header.x-request-id': ['r-1'],
    });
  });

  it('does not touch responses when request and trace ids are off', async () => {
    const url = await startKitchen({ http: { requestIdHeader: false, traceIdHeader: false } });
    const { headers } = await call(`${url}/kitchen/menu`, { headers: { 'x-request-id': 'mine' } });
    expect(headers).not.toHaveProperty('x-request-id');
    expect(headers).not.toHaveProperty('x-trace-id');
  });

  it('names the trace in the response in development only', async () => {
    const url = await startKitchen({ environment: 'development' });
    const { headers } = await call(`${url}/kitchen/menu`);
    const [span] = await telemetry.waitForTrace();
    expect(headers['x-trace-id']).toBe(span?.traceId);
    await running?.close();

    const production = await startKitchen({ environment: 'production', sampling: { ratio: 1 } });
    expect((await call(`${production}/kitchen/menu`)).headers).not.toHaveProperty('x-trace-id');
  });

  it('uses the header of the application for the request id', async () => {
    const url = await startKitchen({ http: { requestIdHeader: 'X-Correlation-Id' } });
    const { headers } = await call(`${url}/kitchen/menu`, {
      headers: { 'x-correlation-id': 'c-1', 'x-request-id': 'r-1' },
    });
    const [span] = await telemetry.waitForTrace();
    expect(headers['x-correlation-id']).toBe('c-1');
    expect(span?.attributes).toMatchObject({
      'http.request.header.x-correlation-id': ['c-1'],
      'http.response.header.x-correlation-id': ['c-1'],
    });
    expect(span?.attributes).not.toHaveProperty('http.request.header.x-request-id');
  });

  it('captures what it is told to, and redacts what it is told to', async () => {
    const url = await startKitchen({
      http: {
        captureRequestHeaders: ['Accept-Language'],
        captureResponseHeaders: ['Content-Type'],
        captureClientAddress: true,
        captureUserAgent: false,
        redactQueryKeys: ['name', /^guest_/],
      },
    });
    await call(`${url}/kitchen/menu?name=ann&guest_id=7&page=2`, {
      headers: { 'accept-language': 'de', 'user-agent': 'x', authorization: 'Bearer s3cret' },
    });
    const [span] = await telemetry.waitForTrace();
    expect(span?.attributes).toMatchObject({
      'url.query': 'name=REDACTED&guest_id=REDACTED&page=2',
      'http.request.header.accept-language': ['de'],
      'http.response.header.content-type': [expect.stringContaining('application/json')],
      'client.address': expect.stringContaining('127.0.0.1'),
      'network.peer.address': expect.stringContaining('127.0.0.1'),
      'network.peer.port': expect.any(Number),
    });
    expect(span?.attributes).not.toHaveProperty('user_agent.original');
    expect(JSON.stringify(span)).not.toContain('s3cret');
  });

  it('emits the old names beside the new ones when asked', async () => {
    const url = await startKitchen({ semconv: { http: 'dup' } });
    await call(`${url}/kitchen/menu?page=2&token=x`);
    const [span] = await telemetry.waitForTrace();
    expect(span?.attributes).toMatchObject({
      'http.method': 'GET',
      'http.target': '/kitchen/menu?page=2&token=REDACTED',
      'http.scheme': 'http',
      'http.flavor': '1.1',
      'http.status_code': 200,
      'net.host.name': '127.0.0.1',
      'net.host.port': Number(new URL(url).port),
    });
  });

  it('closes while a request is in flight', async () => {
    const url = await startKitchen({ shutdown: { timeoutMs: 200 } });
    const answer = call(`${url}/kitchen/wait`).catch((error: Error) => error);
    await waitUntil(() => telemetry.openSpans().length === 1, 'the request is open');
    await running?.close();
    running = undefined;
    expect(await answer).toBeInstanceOf(Error);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/wait',
      attributes: { 'error.type': 'response_aborted' },
    });
  });

  it('keeps work that outlives its request in the trace of the request', async () => {
    @Injectable()
    class Mail {
      @Traced()
      async send(): Promise<void> {
        await wait(20);
      }
    }
    @Controller()
    class SignUpController {
      constructor(private readonly mail: Mail) {}
      @Post('sign-up')
      signUp(): string {
        setTimeout(() => void this.mail.send(), 10);
        return 'welcome';
      }
    }
    @Module({
      imports: [
        OtelModule.forRoot({ exporters: 'none', autoTrace: false, processors: [telemetry] }),
      ],
      controllers: [SignUpController],
      providers: [Mail],
    })
    class SignUpModule {}
    const url = await start({ module: SignUpModule });
    await call(`${url}/sign-up`, { method: 'POST' });
    await telemetry.waitForSpan('Mail.send');
    expectTrace(telemetry.spans(), { name: 'POST /sign-up', children: [{ name: 'Mail.send' }] });
  });

  it('takes a response whose methods were replaced by broken ones', async () => {
    @Controller()
    class OddController {
      @Get('odd')
      odd(@Res({ passthrough: true }) response: { raw?: ServerResponse } & ServerResponse): string {
        const raw = response.raw ?? response;
        raw.once('finish', () => {
          raw.getHeader = () => {
            throw new Error('no header today');
          };
        });
        return 'odd';
      }
    }
    @Module({
      imports: [
        OtelModule.forRoot({ exporters: 'none', autoTrace: false, processors: [telemetry] }),
      ],
      controllers: [OddController],
    })
    class OddModule {}
    const url = await start({ module: OddModule });
    expect(await call(`${url}/odd`)).toMatchObject({ status: 200, text: 'odd' });
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /odd',
      attributes: { 'http.response.status_code': 200 },
    });
  });
});

describe('two applications in one process', () => {
  it('keep their traces and their names apart', async () => {
    const first = new InMemoryTelemetry();
    const second = new InMemoryTelemetry();
    const one = await startApp(kitchenWith(first, { service: { name: 'one' } }));
    const two = await startApp(kitchenWith(second, { service: { name: 'two' } }));
    await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        call(`${n % 2 === 0 ? one.url : two.url}/kitchen/dishes/d${n}`),
      ),
    );
    await Promise.all([first.waitForTrace(), second.waitForTrace()]);
    await waitUntil(() => first.spans().length + second.spans().length === 40, 'all spans ended');
    expect(new Set(first.spans().map((span) => span.service))).toEqual(new Set(['one']));
    expect(new Set(second.spans().map((span) => span.service))).toEqual(new Set(['two']));
    expect(first.spans()).toHaveLength(20);

    first.clear();
    second.clear();
    await one.close();
    await call(`${two.url}/kitchen/fire`);
    expectTrace(await second.waitForTrace(), {
      name: 'GET /kitchen/fire',
      children: [{ name: 'Cook.burn', exceptions: ['RangeError'] }],
    });
    expect(first.spans()).toEqual([]);
    await two.close();
  });
});

describe('an application without tracing beside one with it', () => {
  it('records nothing by hand in the other', async () => {
    const telemetry = new InMemoryTelemetry();
    const one = await startApp(kitchenWith(telemetry));
    const two = await startApp(kitchenWith(new InMemoryTelemetry(), { enabled: false }));
    const withSpan = ({ app }: RunningApp): boolean =>
      app.get(TraceService).withSpan('by hand', (span) => span.isRecording());
    expect([withSpan(one), withSpan(two)]).toEqual([true, false]);
    expect(telemetry.spans()).toHaveLength(1);
    await two.close();
    await one.close();
  });
});

describe('an application that is closed twice', () => {
  it('takes nothing away from another one', async () => {
    const telemetry = new InMemoryTelemetry();
    const one = await startApp(kitchenWith(new InMemoryTelemetry()));
    const two = await startApp(kitchenWith(telemetry));
    await one.close();
    await one.close().catch(() => 'its server is no longer there');
    await call(`${two.url}/kitchen/broken-guard`);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'GET /kitchen/broken-guard',
      exceptions: ['TypeError'],
    });
    await two.close();
  });
});

describe('an application inside of somebody’s span', () => {
  it('does not hang its requests on the span that was active when it began to listen', async () => {
    const { trace } = await import('@opentelemetry/api');
    const telemetry = new InMemoryTelemetry();
    const outer = await startApp(kitchenWith(new InMemoryTelemetry()));
    const running = await trace
      .getTracer('start-up')
      .startActiveSpan('boot', () => startApp(kitchenWith(telemetry)));
    await call(`${running.url}/kitchen/menu`);
    const [span] = await telemetry.waitForTrace();
    expect(span?.parentSpanId).toBeUndefined();
    await running.close();
    await outer.close();
  });
});
