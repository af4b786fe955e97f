import type { LoggerService } from '@nestjs/common';
import { OtelModule, type OtelModuleOptions } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ADAPTERS, startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { startEchoServer, type EchoServer } from '../../support/echo-server.js';
import { panelAnswers, startSink, type Sink } from './everything-that-leaves.js';
import { leakyShop, SECRETS } from './leaky-shop.js';

const HEADERS = {
  authorization: `Bearer ${SECRETS.authorization}`,
  cookie: `sid=${SECRETS.cookie}; theme=dark`,
  'x-api-key': SECRETS.apiKey,
  'x-request-id': SECRETS.requestId,
  baggage: `user=${encodeURIComponent(SECRETS.baggage)},token=${SECRETS.queryToken}`,
  traceparent: `00-junk ${SECRETS.queryToken}-01`,
  'content-type': 'application/json',
};
const QUERY = `?token=${SECRETS.queryToken}&q=${SECRETS.queryMail}&page=2`;
const BODY = JSON.stringify({ password: SECRETS.bodyPassword, card: SECRETS.bodyCard });

function bodyAt(left: ReadonlyMap<string, string>, where: string): string {
  return [...left].flatMap(([path, text]) => (path.startsWith(where) ? text : [])).join('\n');
}

/** The lines of nestrace; those of the application are its own affair. */
class OwnLines implements LoggerService {
  readonly lines: string[] = [];
  readonly log = this.take;
  readonly warn = this.take;
  readonly error = this.take;
  readonly debug = this.take;
  readonly verbose = this.take;
  readonly fatal = this.take;

  private take(...parts: unknown[]): void {
    if (!parts.includes('Shop') && !parts.includes('ExceptionsHandler')) {
      this.lines.push(parts.map(String).join(' '));
    }
  }
}

describe.each(ADAPTERS)('an application that is careless, on %s', (_name, adapter) => {
  let echo: EchoServer;
  let sink: Sink;
  let app: RunningApp | undefined;
  let telemetry: InMemoryTelemetry;

  beforeEach(async () => {
    echo = await startEchoServer();
    sink = await startSink();
    telemetry = new InMemoryTelemetry();
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await app?.close();
    await sink.close();
    await echo.close();
  });

  /** Runs the requests, and returns everything that left, by where it went. */
  async function everything(options: OtelModuleOptions = {}): Promise<Map<string, string>> {
    const logger = new OwnLines();
    const left = new Map<string, string>();
    const written = vi.spyOn(console, 'log').mockImplementation(() => {});
    app = await startApp(
      leakyShop(
        {
          debug: true,
          exporters: [
            { type: 'otlp', protocol: 'http/protobuf', endpoint: `${sink.url}/protobuf` },
            { type: 'otlp', protocol: 'http/json', endpoint: `${sink.url}/json` },
            { type: 'zipkin', endpoint: `${sink.url}/zipkin` },
            'console',
          ],
          sampling: { ratio: 1 },
          resource: {
            attributes: {
              'deploy.secret': SECRETS.resource,
              'deploy.url': `https://app:${SECRETS.resourceUrl}@host/`,
            },
          },
          autoTrace: true,
          panel: { enabled: true },
          processors: [telemetry],
          ...options,
        },
        `http://127.0.0.1:${echo.port}`,
      ),
      adapter(),
      { logger },
    );
    const people = `${app.url}/people/${SECRETS.pathMail}`;
    const signedIn = await call(`${people}${QUERY}`, {
      method: 'POST',
      headers: HEADERS,
      body: BODY,
    });
    expect(signedIn).toMatchObject({ status: 201, text: 'welcome' });
    const encoded = `${app.url}/people/${SECRETS.pathMailEncoded}`;
    expect((await call(`${encoded}/fail${QUERY}`, { headers: HEADERS })).status).toBe(500);
    expect((await call(`${people}/denied${QUERY}`, { headers: HEADERS })).status).toBe(403);
    expect((await call(`${people}/nowhere${QUERY}`, { headers: HEADERS })).status).toBe(404);
    await telemetry.waitForTrace('POST /people/:mail');
    for (const [path, text] of await panelAnswers(app.url)) left.set(`panel ${path}`, text);
    await app.close();
    app = undefined;
    for (const [path, text] of sink.texts) left.set(path, text);
    left.set('console', written.mock.calls.flat().join('\n'));
    left.set('log', logger.lines.join('\n'));
    return left;
  }

  it('sends nothing secret, and shows nothing, anywhere', async () => {
    const left = await everything();
    const found = [...left].flatMap(([where, text]) =>
      Object.entries(SECRETS).flatMap(([name, secret]) => {
        const at = text.indexOf(secret);
        return at === -1
          ? []
          : [`${name} in ${where}: ${text.slice(Math.max(0, at - 80), at + 40)}`];
      }),
    );
    expect(found).toEqual([]);
    // All of them were reached, and what is no secret is still there.
    for (const where of ['/protobuf', '/json', '/zipkin', 'console']) {
      const text = bodyAt(left, where);
      for (const part of ['POST /people/:mail', 'welcome ••••', 'Accounts.signIn', 'page=2']) {
        // The console does not show queries of URLs.
        if (where !== 'console' || part !== 'page=2') expect(`${where}: ${text}`).toContain(part);
      }
    }
    expect([...left.keys()].filter((where) => where.includes('/spans/')).length).toBeGreaterThan(
      10,
    );
  });

  it('sends what it is told to show', async () => {
    const left = await everything({ redaction: { emails: false, show: ['user.password'] } });
    const json = bodyAt(left, '/json');
    expect(json).toContain(SECRETS.pathMail);
    expect(json).toContain(SECRETS.argument);
    expect(json).not.toContain(SECRETS.status);
  });

  it('hides no more than the edges do where it is off', async () => {
    const left = await everything({ redaction: false });
    const json = bodyAt(left, '/json');
    for (const name of ['argument', 'exceptionToken', 'attribute', 'status', 'name'] as const) {
      expect(json).toContain(SECRETS[name]);
    }
    for (const name of [
      'authorization',
      'cookie',
      'queryToken',
      'urlPassword',
      'parameter',
    ] as const) {
      expect(json).not.toContain(SECRETS[name]);
    }
  });
});

describe('an application that cannot start', () => {
  it('does not tell the secrets among its options', () => {
    const refused = (): unknown =>
      OtelModule.forRoot({
        exporters: [
          {
            type: 'otlp',
            endpoint: `ftp://app:${SECRETS.urlPassword}@host/?token=${SECRETS.queryToken}`,
            headers: { authorization: `Bearer ${SECRETS.authorization}\n` },
          },
        ],
        panel: { token: SECRETS.apiKey.slice(0, 3) },
      });
    return startApp(
      // The options are read when the application is made.
      refused() as never,
    ).then(
      (app) => app.close().then(() => expect.unreachable()),
      (error: unknown) => {
        const text = String(error);
        expect(text).toContain('endpoint');
        for (const secret of Object.values(SECRETS)) expect(text).not.toContain(secret);
      },
    );
  });
});
