import { once } from 'node:events';
import http, { get as namedGet, request as namedRequest, Agent } from 'node:http';
import * as https from 'node:https';
import { createRequire } from 'node:module';
import { text as readText } from 'node:stream/consumers';
import { HttpModule, HttpService } from '@nestjs/axios';
import { Injectable, Module } from '@nestjs/common';
import axios from 'axios';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { NoTrace, OtelModule, Traced, type OtelModuleOptions } from 'nestrace';
import {
  expectTrace,
  InMemoryTelemetry,
  type SpanExpectation,
  type SpanView,
} from 'nestrace/testing';
import { firstValueFrom } from 'rxjs';
import { fetch as undiciFetch, request as undiciRequest } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { selfSignedCertificate } from '../../support/certificates.js';
import { startEchoServer, type EchoServer } from '../../support/echo-server.js';
import { waitUntil } from '../../support/wait-until.js';

const localRequire = createRequire(import.meta.url);

/** Reads a response of `node:http` to its end. */
async function bodyOf(request: http.ClientRequest): Promise<string> {
  const [response] = (await once(request, 'response')) as [http.IncomingMessage];
  return readText(response);
}

@Injectable()
class Caller {
  @Traced()
  run<T>(call: () => T): T {
    return call();
  }

  @NoTrace()
  runUntraced<T>(call: () => T): T {
    return call();
  }
}

const telemetry = new InMemoryTelemetry();

const endedCalls = () => telemetry.spans().filter((span) => span.kind === 'CLIENT');

/** The CLIENT spans, as soon as there are so many of them. */
const clients = async (count: number): Promise<readonly SpanView[]> => {
  await waitUntil(() => endedCalls().length >= count, `${count} calls have ended`);
  return endedCalls();
};

function callerWith(options: OtelModuleOptions) {
  @Module({
    imports: [
      OtelModule.forRoot({
        exporters: 'none',
        autoTrace: false,
        processors: [telemetry],
        ...options,
      }),
      HttpModule,
    ],
    providers: [Caller],
  })
  class CallerModule {}
  return CallerModule;
}

describe('outgoing calls', () => {
  let echo: EchoServer;
  let secure: EchoServer;
  let running: RunningApp;
  let caller: Caller;
  let base: string;

  beforeAll(async () => {
    const certificate = selfSignedCertificate();
    echo = await startEchoServer();
    secure = await startEchoServer(certificate);
    base = `http://127.0.0.1:${echo.port}`;
  });
  const start = async (options: OtelModuleOptions = {}) => {
    running = await startApp(callerWith(options));
    caller = running.app.get(Caller);
  };
  afterEach(async () => {
    await running.close();
    telemetry.clear();
    echo.received.length = 0;
    secure.received.length = 0;
  });
  afterAll(async () => {
    await echo.close();
    await secure.close();
  });

  const clientSpan = (overrides: SpanExpectation): SpanExpectation => ({
    kind: 'CLIENT',
    status: 'UNSET',
    ...overrides,
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 200,
      'server.address': '127.0.0.1',
      'server.port': echo.port,
      'error.type': undefined,
      ...overrides.attributes,
    },
  });

  const ways: Record<string, (url: string) => Promise<unknown>> = {
    'global fetch': (url) => fetch(url).then((response) => response.text()),
    'fetch of undici': (url) => undiciFetch(url).then((response) => response.text()),
    'request of undici': (url) => undiciRequest(url).then(({ body }) => body.text()),
    'http.get by default import': (url) => bodyOf(http.get(url)),
    'http.get by named import': (url) => bodyOf(namedGet(url)),
    'http.request by named import': (url) => bodyOf(namedRequest(url).end()),
    'http.request by require': (url) =>
      bodyOf((localRequire('node:http') as typeof http).request(new URL(url)).end()),
    'http.request with options': (url) => {
      const { hostname, port, pathname } = new URL(url);
      return bodyOf(http.request({ host: hostname, port, path: pathname }).end());
    },
    'http.request with a URL, options and a callback': (url) =>
      new Promise((resolve) => {
        http
          .request(url, { method: 'GET', headers: { a: 'b' } }, (r) => resolve(readText(r)))
          .end();
      }),
    'http.request on a kept-alive agent': async (url) => {
      const agent = new Agent({ keepAlive: true });
      const answer = await bodyOf(http.request(url, { agent }).end());
      agent.destroy();
      return answer;
    },
    'headers given as a list': (url) => bodyOf(http.get(url, { headers: ['host', 'x', 'a', 'b'] })),
    'headers given as pairs': (url) =>
      bodyOf(http.get(url, { headers: [['host', 'x'] as never, ['a', 'b'] as never] })),
    'a request that expects to continue': (url) =>
      bodyOf(http.request(url, { headers: { Expect: '100-continue' } }).end()),
    axios: (url) => axios.get(url).then(({ data }) => data as unknown),
    'axios on fetch': (url) =>
      axios.get(url, { adapter: 'fetch' }).then(({ data }) => data as unknown),
    '@nestjs/axios': (url) =>
      firstValueFrom(running.app.get(HttpService, { strict: false }).get(url)).then(
        ({ data }) => data as unknown,
      ),
  };

  it.each(Object.keys(ways))('are traced and carry the context: %s', async (way) => {
    await start();
    expect(await caller.run(() => ways[way]?.(`${base}/echo`))).toBe('echo');

    const spans = await telemetry.waitForTrace();
    expectTrace(spans, {
      name: 'Caller.run',
      children: [clientSpan({ name: 'GET', attributes: { 'url.full': `${base}/echo` } })],
    });
    const client = spans.find((span) => span.kind === 'CLIENT');
    expect(echo.received).toHaveLength(1);
    expect(echo.received[0]?.headers.traceparent).toBe(
      `00-${client?.traceId}-${client?.spanId}-01`,
    );
    const count = echo.received[0]?.rawHeaders.filter((header) => /^traceparent$/i.test(header));
    expect(count).toHaveLength(1);
  });

  it('are traced over TLS', async () => {
    await start();
    const url = `https://127.0.0.1:${secure.port}/secret?token=x`;
    await caller.run(() => bodyOf(https.get(url, { rejectUnauthorized: false, agent: false })));
    expectTrace(await telemetry.waitForTrace(), {
      name: 'Caller.run',
      children: [
        clientSpan({
          name: 'GET',
          attributes: {
            'server.port': secure.port,
            'url.full': `https://127.0.0.1:${secure.port}/secret?token=REDACTED`,
          },
        }),
      ],
    });
    expect(secure.received[0]?.headers.traceparent).toBeDefined();
  });

  it('never show credentials', async () => {
    await start();
    await caller.run(() =>
      bodyOf(http.get(`http://ann:s3cret@127.0.0.1:${echo.port}/x?api_key=s3cret&q=1`)),
    );
    await caller.run(() => fetch(`${base}/x?access_token=s3cret#s3cret`).then((r) => r.text()));
    await telemetry.waitForTrace();
    expect(JSON.stringify(telemetry.spans())).not.toContain('s3cret');
  });

  it.each([404, 500])('are errors when they are answered with %s', async (status) => {
    await start();
    await caller.run(() => fetch(`${base}/status/${status}`).then((response) => response.text()));
    await caller.run(() => bodyOf(http.get(`${base}/status/${status}`)));
    for (const client of await clients(2)) {
      expect(client.status).toEqual({ code: 'ERROR' });
      expect(client.attributes).toMatchObject({
        'http.response.status_code': status,
        'error.type': String(status),
      });
    }
  });

  it('have one span for each step of a redirection', async () => {
    await start();
    await caller.run(() => fetch(`${base}/redirect`).then((response) => response.text()));
    expectTrace(await telemetry.waitForTrace(), {
      name: 'Caller.run',
      children: [
        clientSpan({ name: 'GET', attributes: { 'http.response.status_code': 302 } }),
        clientSpan({ name: 'GET', attributes: { 'url.full': `${base}/landed` } }),
      ],
    });
  });

  describe('that fail', () => {
    const failures: [string, string, (url: string) => Promise<unknown>][] = [
      ['http', 'ECONNREFUSED', () => bodyOf(http.get('http://127.0.0.1:1/'))],
      // fetch itself refuses low ports.
      ['fetch', 'ECONNREFUSED', () => fetch('http://127.0.0.1:59999/')],
      ['http', 'ECONNRESET', (url) => bodyOf(http.get(`${url}/cut`))],
      ['fetch', 'UND_ERR_SOCKET', (url) => fetch(`${url}/cut`)],
    ];
    it.each(failures)('reject as before and say why: %s, %s', async (_client, code, attempt) => {
      await start();
      await expect(caller.run(() => attempt(base))).rejects.toBeInstanceOf(Error);
      const spans = await telemetry.waitForTrace();
      expectTrace(spans, {
        name: 'Caller.run',
        status: 'ERROR',
        children: [
          {
            name: 'GET',
            kind: 'CLIENT',
            status: 'ERROR',
            exceptions: [],
            attributes: { 'error.type': code, 'http.response.status_code': undefined },
          },
        ],
      });
    });

    it('still crash where nobody listens for the error', async () => {
      await start();
      const crash = new Promise((resolve) => process.once('uncaughtException', resolve));
      const listeners = process.listeners('uncaughtException').filter((l) => l.name !== '');
      for (const listener of listeners) process.off('uncaughtException', listener);
      caller.run(() => {
        http.get('http://127.0.0.1:1/');
      });
      expect(await crash).toMatchObject({ code: 'ECONNREFUSED' });
      for (const listener of listeners) process.on('uncaughtException', listener);
      expect(await clients(1)).toMatchObject([{ status: { code: 'ERROR' } }]);
    });

    it('are no errors when the caller lost interest', async () => {
      await start();
      for (const go of [
        (signal: AbortSignal) => fetch(`${base}/slow`, { signal }),
        (signal: AbortSignal) => bodyOf(http.get(`${base}/slow`, { signal })),
      ]) {
        const abort = new AbortController();
        setTimeout(() => abort.abort(), 20);
        await expect(caller.run(() => go(abort.signal))).rejects.toMatchObject({
          name: 'AbortError',
        });
      }
      expect((await clients(2)).map((span) => span.status.code)).toEqual(['UNSET', 'UNSET']);
      expect(telemetry.openSpans()).toEqual([]);
    });

    it('are errors when their time was up', async () => {
      await start();
      const signal = AbortSignal.timeout(20);
      await expect(caller.run(() => fetch(`${base}/slow`, { signal }))).rejects.toBeDefined();
      await expect(
        caller.run(() => bodyOf(http.get(`${base}/slow`, { signal: AbortSignal.timeout(20) }))),
      ).rejects.toBeDefined();
      expect((await clients(2)).map((span) => span.status.code)).toEqual(['ERROR', 'ERROR']);
    });

    it('end when the response breaks off', async () => {
      await start();
      await expect(caller.run(() => bodyOf(http.get(`${base}/half`)))).rejects.toBeDefined();
      await expect(
        caller.run(() => fetch(`${base}/half`).then((response) => response.text())),
      ).rejects.toBeDefined();
      await clients(2);
      expect(telemetry.openSpans()).toEqual([]);
    });
  });

  it('leave a response that nobody reads to be discarded, as before', async () => {
    await start();
    const request = caller.run(() => http.get(`${base}/echo`));
    await once(request, 'close');
    expect(await clients(1)).toHaveLength(1);
  });

  it('throw a wrong URL back at once, without a span', async () => {
    await start();
    expect(() => caller.run(() => http.get('not a url'))).toThrow(/Invalid URL/);
    expectTrace(await telemetry.waitForTrace(), { name: 'Caller.run', status: 'ERROR' });
  });

  it('throw back what Node refuses, and leave no span open', async () => {
    await start();
    const refused = { path: '/a b', headers: ['Expect', '100-continue'] };
    expect(() => caller.run(() => http.request(refused))).toThrow(/unescaped/);
    expectTrace(await telemetry.waitForTrace(), {
      name: 'Caller.run',
      status: 'ERROR',
      children: [
        {
          name: 'GET',
          status: 'ERROR',
          exceptions: [],
          attributes: { 'error.type': 'ERR_UNESCAPED_CHARACTERS' },
        },
      ],
    });
  });

  it('run what follows them in the context of their caller', async () => {
    await start();
    const parents = await caller.run(
      () =>
        new Promise<unknown[]>((resolve) => {
          const own = trace.getActiveSpan()?.spanContext().spanId;
          http.get(`${base}/echo`, (response) => {
            const inCallback = trace.getActiveSpan()?.spanContext().spanId;
            response.resume().on('end', () => {
              resolve([own, inCallback, trace.getActiveSpan()?.spanContext().spanId]);
            });
          });
        }),
    );
    expect(new Set(parents).size).toBe(1);
  });

  it('are traced without a parent, too', async () => {
    await start();
    await fetch(`${base}/echo`).then((response) => response.text());
    const spans = await telemetry.waitForTrace();
    expectTrace(spans, clientSpan({ name: 'GET' }));
    expect(echo.received[0]?.headers.traceparent).toContain(spans[0]?.traceId);
  });

  it('carry baggage', async () => {
    await start();
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
    await context.with(propagation.setBaggage(context.active(), baggage), () =>
      caller.run(() => bodyOf(http.get(`${base}/echo`))),
    );
    expect(echo.received[0]?.headers['baggage']).toBe('tenant=acme');
  });

  describe('to hosts that are not to be told', () => {
    it.each([
      ['a list of names', ['api.example', '*.internal']],
      ['an expression', [/^10\./]],
      ['a function', ({ host }: { host: string }) => host === 'elsewhere'],
      [
        'a function that breaks',
        () => {
          throw new Error('rule');
        },
      ],
    ])('are traced and carry nothing: %s', async (_what, propagateTo) => {
      await start({ outgoing: { propagateTo } });
      const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
      await context.with(propagation.setBaggage(context.active(), baggage), async () => {
        await caller.run(() => bodyOf(http.get(`${base}/echo`)));
        await caller.run(() => fetch(`${base}/echo`).then((response) => response.text()));
      });
      expect(await clients(2)).toHaveLength(2);
      for (const { headers } of echo.received) {
        expect(headers).not.toHaveProperty('traceparent');
        expect(headers).not.toHaveProperty('baggage');
      }
    });

    it('still carry the context to the others', async () => {
      await start({ outgoing: { propagateTo: ['127.0.0.*'] } });
      await caller.run(() => bodyOf(http.get(`${base}/echo`)));
      expect(echo.received[0]?.headers).toHaveProperty('traceparent');
    });
  });

  it('leave neither span nor header when they are ignored', async () => {
    await start({ outgoing: { ignore: ({ path }) => path === '/ping' } });
    await caller.run(() => bodyOf(http.get(`${base}/ping?x=1`)));
    await caller.run(() => fetch(`${base}/ping`).then((response) => response.text()));
    await telemetry.waitForTrace();
    expect(telemetry.spans().map((span) => span.name)).toEqual(['Caller.run', 'Caller.run']);
    for (const { headers } of echo.received) expect(headers).not.toHaveProperty('traceparent');
  });

  it('tell the next service that nothing is recorded', async () => {
    await start();
    await caller.run(() => caller.runUntraced(() => bodyOf(http.get(`${base}/echo`))));
    const [outer] = await telemetry.waitForTrace();
    expectTrace(telemetry.spans(), { name: 'Caller.run' });
    expect(echo.received[0]?.headers.traceparent).toMatch(
      new RegExp(`^00-${outer?.traceId}-[0-9a-f]{16}-00$`),
    );
  });

  it('are left to an instrumentation that was there first', async () => {
    await start();
    const foreign = trace.getTracer('foreign');
    await foreign.startActiveSpan('GET', { kind: SpanKind.CLIENT }, async (span) => {
      const headers: Record<string, string> = {};
      propagation.inject(context.active(), headers);
      await bodyOf(http.get(`${base}/echo`, { headers }));
      span.end();
    });
    expectTrace(await telemetry.waitForTrace(), { name: 'GET', kind: 'CLIENT' });
    expect(telemetry.spans()).toHaveLength(1);
  });

  it('are taken over from a caller who passed his context on by hand', async () => {
    await start();
    for (const go of [
      (headers: Record<string, string>) => bodyOf(http.get(`${base}/echo`, { headers })),
      (headers: Record<string, string>) => fetch(`${base}/echo`, { headers }).then((r) => r.text()),
    ]) {
      await caller.run(() => {
        const headers: Record<string, string> = {};
        propagation.inject(context.active(), headers);
        return go(headers);
      });
    }
    expect((await clients(2)).map((span) => span.spanId)).toEqual(
      echo.received.map(({ headers }) => String(headers.traceparent).split('-')[2]),
    );
  });

  it('keep a trace context the caller has chosen', async () => {
    await start();
    const traceparent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    await caller.run(() => bodyOf(http.get(`${base}/echo`, { headers: { traceparent } })));
    await caller.run(() =>
      fetch(`${base}/echo`, { headers: { traceparent } }).then((r) => r.text()),
    );
    expect(echo.received.map(({ headers }) => headers.traceparent)).toEqual([
      traceparent,
      traceparent,
    ]);
  });

  it('get the old names, too, when asked', async () => {
    await start({ semconv: { http: 'dup' } });
    await caller.run(() => bodyOf(http.get(`${base}/echo`)));
    expectTrace(await telemetry.waitForTrace(), {
      name: 'Caller.run',
      children: [
        clientSpan({
          name: 'GET',
          attributes: {
            'http.method': 'GET',
            'http.url': `${base}/echo`,
            'http.status_code': 200,
            'net.peer.name': '127.0.0.1',
            'net.peer.port': echo.port,
          },
        }),
      ],
    });
  });

  it('are not touched when they are turned off', async () => {
    const { request, get } = http;
    await start({ outgoing: false });
    expect([http.request, http.get]).toEqual([request, get]);
    await caller.run(() => bodyOf(http.get(`${base}/echo`)));
    await caller.run(() => fetch(`${base}/echo`).then((response) => response.text()));
    await telemetry.waitForTrace();
    expect(telemetry.spans().map((span) => span.name)).toEqual(['Caller.run', 'Caller.run']);
    for (const { headers } of echo.received) expect(headers).not.toHaveProperty('traceparent');
  });

  it('do not mix under load', async () => {
    await start();
    await Promise.all(
      Array.from({ length: 100 }, (_, n) =>
        caller.run(() =>
          n % 2 === 0
            ? bodyOf(http.get(`${base}/n${n}`))
            : fetch(`${base}/n${n}`).then((response) => response.text()),
        ),
      ),
    );
    const calls = await clients(100);
    expect(telemetry.spans()).toHaveLength(200);
    expect(new Set(calls.map((span) => span.traceId)).size).toBe(100);
    for (const client of calls) {
      const path = new URL(String(client.attributes['url.full'])).pathname;
      const seen = echo.received.find(({ url }) => url === path);
      expect(seen?.headers.traceparent).toContain(`${client.traceId}-${client.spanId}`);
    }
  });
});
