import {
  Injectable,
  type CanActivate,
  type INestApplication,
  type NestMiddleware,
} from '@nestjs/common';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { context } from '@opentelemetry/api';
import { connect } from 'node:net';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../support/apps.js';
import { call, type Answer } from '../../support/client.js';
import { SECRET, TRACE_ID } from '../../unit/support/fake-backend.js';
import {
  startPanelApp,
  type PanelApp,
  type PanelAppOptions,
} from '../../unit/support/panel-app.js';

type Headers = Readonly<Record<string, string>>;

const EVERYWHERE = ['', '/assets/none.js', `/t/${TRACE_ID}`, '/api/meta', '/api/stream'];
const ACTION = {
  method: 'POST',
  headers: { 'content-type': 'application/json', 'x-otel-panel': '1' },
  body: '{}',
};

/** Makes every connection look as if it came from elsewhere. */
const from = (address: string) => (app: INestApplication) => {
  const pretend: NestMiddleware['use'] = (request: IncomingMessage, _response, next) => {
    Object.defineProperty(request.socket, 'remoteAddress', { value: address, configurable: true });
    next();
  };
  app.use(pretend);
};

describe.each(ADAPTERS)('who may see the panel on %s', (_name, adapter) => {
  let running: PanelApp | undefined;

  afterEach(async () => {
    await running?.close();
    running = undefined;
  });

  const start = async (options: PanelAppOptions = {}): Promise<PanelApp & { panel: string }> => {
    const app = await startPanelApp(adapter(), options);
    running = app;
    return { ...app, panel: `${app.url}/_otel` };
  };

  const get = (url: string, headers: Headers = {}): Promise<Answer> => call(url, { headers });

  const expectSilence = (answer: Answer): void => {
    expect(answer.status).toBe(404);
    expect(Object.keys(JSON.parse(answer.text) as object)).toEqual([
      'message',
      'error',
      'statusCode',
    ]);
  };

  it.each([
    ['x-forwarded-for', '127.0.0.1'],
    ['x-forwarded-host', 'localhost'],
    ['x-forwarded-anything', 'x'],
    ['forwarded', 'for=127.0.0.1'],
    ['via', '1.1 tunnel'],
    ['x-real-ip', '127.0.0.1'],
  ])('is silent to what came through a proxy, known by %s', async (header, value) => {
    const { panel, log, backend } = await start();
    for (const path of EVERYWHERE) expectSilence(await get(panel + path, { [header]: value }));
    expect(backend.calls).toEqual([]);
    const warnings = log.lines.filter(({ level }) => level === 'warn');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.message).toContain('panel.trustProxy');
  });

  it('is silent to plain proxies, which speak HTTP/1.0', async () => {
    const { url } = await start();
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      let received = '';
      socket.on('data', (chunk) => (received += chunk.toString()));
      socket.on('end', () => resolve(received));
      socket.on('error', reject);
      socket.write('GET /_otel/api/meta HTTP/1.0\r\nHost: localhost\r\n\r\n');
    });
    expect(text).toMatch(/^HTTP\/1\.[01] 404 /);
    expect(text).not.toContain(SECRET);
  });

  it('is silent to other machines', async () => {
    const { panel, backend } = await start({ configure: from('203.0.113.9') });
    for (const path of EVERYWHERE) expectSilence(await get(panel + path));
    expect(backend.calls).toEqual([]);
  });

  it('answers other machines that are allowed, and goes on asking for the rest', async () => {
    const { panel } = await start({
      configure: from('::ffff:172.17.0.1'),
      panel: { allowFrom: ['172.16.0.0/12'] },
    });
    expect((await get(`${panel}/api/meta`)).text).toContain(SECRET);
    expectSilence(await get(`${panel}/api/meta`, { host: 'evil.test' }));
    expectSilence(await get(`${panel}/api/meta`, { 'x-forwarded-for': '127.0.0.1' }));
  });

  it.each([
    'evil.test',
    'localhost.evil.test',
    '127.0.0.1.evil.test',
    '0.0.0.0:3000',
    '203.0.113.9',
  ])('refuses the host %s, and says what would let it in', async (host) => {
    const { panel, backend } = await start();
    for (const path of EVERYWHERE) {
      const answer = await get(panel + path, { host });
      expect(answer.status).toBe(403);
      expect(JSON.parse(answer.text)).toEqual({
        reason: `host '${host}' not in allowedHosts`,
        option: 'panel.allowedHosts',
      });
    }
    expect(backend.calls).toEqual([]);
  });

  it.each([
    'localhost',
    'LOCALHOST:1',
    'orders.localhost:3000',
    '127.0.0.1',
    '127.9.9.9:80',
    '[::1]:3000',
    'dev.test:8080',
  ])('answers the host %s', async (host) => {
    const { panel } = await start({ panel: { allowedHosts: ['Dev.test'] } });
    expect((await get(`${panel}/api/meta`, { host })).text).toContain(SECRET);
  });

  it.each<Headers>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'http://evil.test' },
    { origin: 'null' },
    { origin: 'http://localhost:1' },
    { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000', host: 'localhost:3000' },
  ])('keeps data from pages of others, with %o', async (headers) => {
    const { panel, backend } = await start({
      configure: (app) => app.enableCors({ origin: true, credentials: true }),
    });
    for (const path of ['/api/meta', '/api/stream', '/api/export']) {
      const answer = await get(panel + path, headers);
      expect(answer.status).toBe(403);
      expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    }
    const action = { ...ACTION, headers: { ...ACTION.headers, ...headers } };
    expect((await call(`${panel}/api/clear`, action)).status).toBe(403);
    expect(backend.calls).toEqual([]);
    expect((await get(panel, { 'sec-fetch-site': 'cross-site' })).status).toBe(200);
  });

  it.each<Headers>([
    { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:3000', host: 'localhost:3000' },
    { 'sec-fetch-site': 'none' },
    { origin: 'http://localhost:3000', host: 'localhost:3000' },
    { origin: 'http://localhost', host: 'localhost:80' },
  ])('gives data to pages of its own, with %o', async (headers) => {
    const { panel } = await start();
    expect((await get(`${panel}/api/meta`, headers)).text).toContain(SECRET);
  });

  it('does nothing that a form or a link of somebody could send', async () => {
    const { panel, backend } = await start();
    const { 'x-otel-panel': _own, ...withoutOwn } = ACTION.headers;
    const attempts: readonly (readonly [Headers, number])[] = [
      [withoutOwn, 403],
      [{ ...ACTION.headers, 'x-otel-panel': '0' }, 403],
      [{ ...ACTION.headers, 'sec-fetch-site': 'none' }, 403],
      [{ 'x-otel-panel': '1', 'content-type': 'text/plain' }, 415],
      [{ 'x-otel-panel': '1' }, 415],
    ];
    for (const [headers, status] of attempts) {
      const answer = await call(`${panel}/api/clear`, { ...ACTION, headers });
      expect([headers, answer.status]).toEqual([headers, status]);
    }
    expect(backend.calls).toEqual([]);
  });

  it('answers no preflight', async () => {
    const { panel } = await start();
    const headers = { origin: 'http://evil.test', 'access-control-request-method': 'POST' };
    const answer = await call(`${panel}/api/clear`, { method: 'OPTIONS', headers });
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect(answer.headers).not.toHaveProperty('access-control-allow-headers');
  });

  it('takes off what CORS of the application has put on, also where a guard refuses', async () => {
    @Injectable()
    class NobodyGuard implements CanActivate {
      canActivate(): boolean {
        return false;
      }
    }
    const configure = (app: INestApplication): void => {
      app.enableCors({ origin: '*', exposedHeaders: ['x-a'] });
    };
    const { panel, url } = await start({ configure });
    const headers = {
      host: 'localhost',
      'sec-fetch-site': 'same-origin',
      origin: 'http://localhost',
    };
    const corsOf = (given: IncomingHttpHeaders): readonly string[] =>
      Object.keys(given).filter((key) => key.startsWith('access-control'));
    for (const path of EVERYWHERE.slice(0, -1)) {
      expect(corsOf((await get(panel + path, headers)).headers)).toEqual([]);
    }
    expect(corsOf((await get(`${url}/things`, headers)).headers)).not.toEqual([]);
    await running?.close();
    const guarded = await start({ configure, panel: { guards: [NobodyGuard] } });
    const refused = await get(`${guarded.panel}/api/meta`, headers);
    expect([refused.status, corsOf(refused.headers)]).toEqual([403, []]);
  });

  it('puts its headers on every answer, refusals and failures included', async () => {
    const { panel, backend } = await start();
    backend.routes = () => {
      throw new Error('broken');
    };
    const answers = [
      await get(panel),
      await get(`${panel}/assets/none.js`),
      await get(`${panel}/t/${TRACE_ID}`),
      await get(`${panel}/t/none`),
      await get(`${panel}/api/meta`),
      await get(`${panel}/api/traces/none`),
      await get(`${panel}/api/routes`),
      await get(`${panel}/api/meta`, { host: 'evil.test' }),
      await get(`${panel}/api/meta`, { via: 'x' }),
      await call(`${panel}/api/clear`, ACTION),
    ];
    for (const { headers } of answers) {
      expect(headers).toMatchObject({
        'content-security-policy':
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
          "connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'x-robots-tag': 'noindex',
        'cache-control': 'no-store',
      });
    }
  });

  it('asks for the token where data is, and nowhere else', async () => {
    const token = 'a-secret-of-sixteen';
    const { panel, backend } = await start({ panel: { token } });
    for (const path of EVERYWHERE.slice(0, 1)) expect((await get(panel + path)).status).toBe(200);
    for (const authorization of ['', token, `Bearer ${token}x`, `Basic ${token}`, 'Bearer']) {
      for (const path of ['/api/meta', '/api/stream']) {
        const answer = await get(panel + path, { authorization });
        expect(answer.status).toBe(401);
        expect(answer.text).not.toContain(token);
        expect(JSON.parse(answer.text)).toMatchObject({ option: 'panel.token' });
      }
    }
    expect((await get(`${panel}/api/meta?token=${token}`)).status).toBe(401);
    expect((await call(`${panel}/api/clear`, ACTION)).status).toBe(401);
    expect(backend.calls).toEqual([]);
    const answer = await get(`${panel}/api/meta`, { authorization: `Bearer ${token}` });
    expect(answer.text).toContain(SECRET);
  });

  it.each([
    ['says no', () => false],
    [
      'throws',
      () => {
        throw new Error('broken');
      },
    ],
    ['rejects', () => Promise.reject(new Error('broken'))],
    ['forgets to answer', () => undefined as never],
    ['answers with something', () => 'yes' as never],
  ])('gives nothing when authorize %s', async (_how, authorize) => {
    const { panel, backend } = await start({ panel: { authorize } });
    const answer = await get(`${panel}/api/meta`);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toEqual({
      reason: 'authorize said no',
      option: 'panel.authorize',
    });
    expect((await call(`${panel}/api/clear`, ACTION)).status).toBe(403);
    expect(backend.calls).toEqual([]);
    expect((await get(panel)).status).toBe(200);
  });

  it('lets authorize see the request, and traces nothing of what it does', async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    let suppressed: boolean | undefined;
    const authorize = async (request: {
      readonly headers: IncomingHttpHeaders;
    }): Promise<boolean> => {
      await Promise.resolve();
      suppressed = isTracingSuppressed(context.active());
      return request.headers['x-user'] === 'root';
    };
    const { panel } = await start({ panel: { authorize } });
    expect((await get(`${panel}/api/meta`)).status).toBe(403);
    expect((await get(`${panel}/api/meta`, { 'x-user': 'root' })).text).toContain(SECRET);
    context.disable();
    expect(suppressed).toBe(true);
  });

  it('changes nothing when only reading is allowed', async () => {
    const { panel, backend } = await start({ panel: { readOnly: true } });
    for (const action of ['clear', 'pause', 'test-export', 'import']) {
      const answer = await call(`${panel}/api/${action}`, ACTION);
      expect([answer.status, JSON.parse(answer.text)]).toEqual([
        403,
        { reason: 'only reading is allowed', option: 'panel.readOnly' },
      ]);
    }
    expect(backend.calls).toEqual([]);
    expect((await get(`${panel}/api/meta`)).status).toBe(200);
  });

  it('leaves a response alone that somebody has sent already', async () => {
    const { panel, url } = await start({
      configure: (app) => {
        app.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
          if (request.url?.includes('meta') === true) response.end('first');
          next();
        });
      },
    });
    expect((await get(`${panel}/api/meta`)).text).toBe('first');
    expect((await get(`${url}/things`)).status).toBe(200);
  });
});
