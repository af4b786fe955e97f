import { ExpressAdapter, type NestExpressApplication } from '@nestjs/platform-express';
import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../support/apps.js';
import { call, type CallOptions } from '../../support/client.js';
import { SECRET, SPAN_ID, TRACE_ID } from '../../unit/support/fake-backend.js';
import {
  startPanelApp,
  type PanelApp,
  type PanelAppOptions,
} from '../../unit/support/panel-app.js';

const TRACE = `traces/${TRACE_ID}`;
const OTHER = 'f'.repeat(32);
const MEDIA_TYPE = 'application/vnd.nestrace+json';
const MEGABYTE = 1024 * 1024;

const post = (body: string | Buffer, type = 'application/json', more = {}): CallOptions => ({
  method: 'POST',
  headers: { 'content-type': type, 'x-otel-panel': '1', ...more },
  body,
});

describe.each(ADAPTERS)('the routes of the panel on %s', (_name, adapter) => {
  let running: PanelApp | undefined;

  afterEach(async () => {
    await running?.close();
    running = undefined;
  });

  const start = async (options: PanelAppOptions = {}): Promise<PanelApp & { api: string }> => {
    const app = await startPanelApp(adapter(), options);
    running = app;
    return { ...app, api: `${app.url}/_otel/api` };
  };

  it('answers each question with what is known', async () => {
    const { api, backend } = await start();
    const questions = [
      ['meta', 'meta', []],
      ['routes', 'routes', []],
      [TRACE, 'trace', [TRACE_ID]],
      [TRACE.toUpperCase().replace('TRACES', 'traces'), 'trace', [TRACE_ID]],
      [`${TRACE}/spans/${SPAN_ID}`, 'span', [TRACE_ID, SPAN_ID]],
      [`${TRACE}/search?q=a%20b`, 'search', [TRACE_ID, 'a b', undefined]],
      [`${TRACE}/search?q=a&below=${SPAN_ID}`, 'search', [TRACE_ID, 'a', SPAN_ID]],
      [`${TRACE}/sql`, 'traceSql', [TRACE_ID]],
      [`${TRACE}/errors`, 'traceErrors', [TRACE_ID]],
      [`${TRACE}/logs`, 'traceLogs', [TRACE_ID]],
      [`${TRACE}/propagation`, 'propagation', [TRACE_ID]],
      [`${TRACE}/otlp`, 'otlp', [TRACE_ID]],
      ['sql', 'statements', []],
      ['sql/abc1', 'statement', ['abc1']],
      ['errors', 'errors', []],
      ['errors/abc1', 'error', ['abc1']],
      ['export', 'exportStatus', []],
    ] as const;
    for (const [path, name, args] of questions) {
      backend.calls.length = 0;
      const answer = await call(`${api}/${path}`);
      expect([path, answer.status]).toEqual([path, 200]);
      expect(answer.text).toContain(SECRET);
      expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(backend.calls[0]).toEqual([name, ...args]);
    }
  });

  it('asks for a list in bounds', async () => {
    const { api, backend } = await start();
    await call(`${api}/traces`);
    await call(`${api}/traces?q=${'x'.repeat(600)}&noise=1&since=12&limit=100000`);
    await call(`${api}/traces?since=-1&limit=0&noise=yes&q=a&q=b`);
    expect(backend.called('traces')).toEqual([
      [{ text: '', noise: false, since: undefined, limit: undefined }],
      [{ text: 'x'.repeat(500), noise: true, since: 12, limit: 1000 }],
      [{ text: 'a', noise: false, since: undefined, limit: 1 }],
    ]);
  });

  it('says why something is not here', async () => {
    const { api, backend } = await start();
    const gone = await call(`${api}/traces/${OTHER}?boot=before`);
    expect(gone.status).toBe(404);
    expect(JSON.parse(gone.text)).toEqual({ reason: 'evicted', text: 'gone', links: [] });
    expect(backend.called('gone')).toEqual([[OTHER, 'before']]);
    const missing = [
      'traces/xyz',
      `traces/${OTHER}/sql`,
      `${TRACE}/spans/ffffffffffffffff`,
      `${TRACE}/spans/__proto__`,
      'sql/ffff',
      'sql/constructor',
      'errors/ffff',
    ];
    for (const path of missing) {
      const answer = await call(`${api}/${path}`);
      expect([path, answer.status]).toEqual([path, 404]);
      expect(JSON.parse(answer.text)).toHaveProperty('text');
    }
  });

  it('survives what fails behind it', async () => {
    const { api, backend } = await start();
    backend.routes = () => {
      throw new Error('secret detail');
    };
    const answer = await call(`${api}/routes`);
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret detail');
    expect((await call(`${api}/meta`)).status).toBe(200);
  });

  it('does what it is told, with status 200', async () => {
    const { api, backend } = await start();
    expect((await call(`${api}/clear`, post('{}'))).status).toBe(200);
    expect(backend.called('clear')).toHaveLength(1);
    const paused = await call(`${api}/pause`, post('{"paused":true}'));
    expect([paused.status, paused.text]).toEqual([200, '{"paused":true}']);
    expect((await call(`${api}/test-export`, post('{"index":0}'))).text).toBe('{"ok":true}');
    expect((await call(`${api}/test-export`, post('{"index":3}'))).status).toBe(404);
    for (const body of ['{"index":-1}', '{"index":"0"}', '{}', '[]']) {
      expect((await call(`${api}/test-export`, post(body))).status).toBe(400);
    }
    expect((await call(`${api}/pause`, post('{"paused":1}'))).status).toBe(400);
  });

  it('does nothing on GET', async () => {
    const { api, backend } = await start();
    for (const action of ['clear', 'pause', 'test-export', 'import']) {
      expect((await call(`${api}/${action}`)).status).toBe(404);
    }
    expect(backend.calls).toEqual([]);
  });

  it('takes imports of up to 4 MiB, whatever the body parser of the application allows', async () => {
    const { api, url, backend } = await start();
    const document = JSON.stringify({ resourceSpans: 'x'.repeat(3 * MEGABYTE) });
    const answer = await call(`${api}/import`, post(document, MEDIA_TYPE));
    expect([answer.status, answer.text]).toEqual([200, `{"spans":${document.length}}`]);
    expect(backend.called('import')).toEqual([[document]]);
    const small = await call(`${api}/import`, post('{"resourceSpans":[]}'));
    expect([small.status, backend.called('import')[1]]).toEqual([200, ['{"resourceSpans":[]}']]);
    const other = await call(`${url}/things`, post(document, MEDIA_TYPE));
    expect(other.status).toBe(404);
  });

  it.each([
    ['with a length', false],
    ['in chunks', true],
  ])('takes no more than that, sent %s', async (_how, chunked) => {
    const { api, backend } = await start();
    const body = Buffer.alloc(5 * MEGABYTE, 'x');
    const more = chunked ? { 'transfer-encoding': 'chunked' } : {};
    const answer = await call(`${api}/import`, post(body, MEDIA_TYPE, more));
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text)).toHaveProperty('reason');
    expect(backend.called('import')).toEqual([]);
  });

  it('cuts off who never stops sending', async () => {
    const { api, backend } = await start();
    const outcome = await new Promise<string>((resolve) => {
      const outgoing = request(`${api}/import`, { ...post('', MEDIA_TYPE), agent: false });
      const chunk = Buffer.alloc(MEGABYTE, 'x');
      const more = (): void => {
        if (!outgoing.destroyed) outgoing.write(chunk, more);
      };
      outgoing.on('error', () => resolve('cut off'));
      outgoing.on('response', ({ statusCode }) => resolve(String(statusCode)));
      more();
    });
    expect(outcome).toBe('cut off');
    expect(backend.called('import')).toEqual([]);
  });

  it('refuses what is compressed, and what is no JSON', async () => {
    const { api, backend } = await start();
    const zipped = post('xx', MEDIA_TYPE, { 'content-encoding': 'gzip' });
    expect((await call(`${api}/import`, zipped)).status).toBeGreaterThanOrEqual(400);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      expect((await call(`${api}/import`, post('x=1', type))).status).toBe(415);
    }
    expect(backend.calls).toEqual([]);
  });

  it('sends files once, and packed when the browser likes that', async () => {
    const { url } = await start();
    const page = await call(`${url}/_otel`);
    const file = /"\.\/(assets\/[^"]+\.js)"/.exec(page.text)?.[1] ?? 'none';
    const plain = await call(`${url}/_otel/${file}`);
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(plain.headers['content-type']).toBe('text/javascript; charset=utf-8');
    const packed = await fetch(`${url}/_otel/${file}`, { headers: { 'accept-encoding': 'gzip' } });
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(await packed.text()).toBe(plain.text);
    const etag = plain.headers.etag ?? '';
    const again = await call(`${url}/_otel/${file}`, { headers: { 'if-none-match': etag } });
    expect([again.status, again.text]).toEqual([304, '']);
    const head = await call(`${url}/_otel/${file}`, { method: 'HEAD' });
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(String(Buffer.byteLength(plain.text)));
  });

  it.each([
    'assets/index.html',
    'assets/..%2f..%2fpackage.json',
    'assets/%2e%2e%2f%2e%2e%2fpackage.json',
    'assets/__proto__',
    'assets/constructor',
    'assets/%00',
    'assets/a/b',
  ])('has no file %s', async (path) => {
    const { url } = await start();
    const answer = await call(`${url}/_otel/${path}`);
    expect(answer.status).toBe(404);
    expect(answer.text).not.toContain('nestrace-workspace');
  });

  it('sends links to traces on, and only to itself', async () => {
    const { url } = await start();
    const link = await call(`${url}/_otel/t/${TRACE_ID.toUpperCase()}`);
    expect([link.status, link.headers.location]).toEqual([302, `../#/trace/${TRACE_ID}`]);
    for (const id of ['short', '%2f%2fevil.test', `${TRACE_ID}%0d%0aset-cookie:x`]) {
      const answer = await call(`${url}/_otel/t/${id}`);
      expect([answer.status, answer.headers.location]).toEqual([404, undefined]);
    }
    const twisted = await call(`${url}//evil.test/_otel/`);
    expect(twisted.headers.location ?? '').not.toMatch(/^(\/\/|https?:)/);
  });

  it('answers HEAD without a body, also for the stream', async () => {
    const { url } = await start();
    for (const path of ['/_otel', '/_otel/api/meta', '/_otel/api/stream']) {
      const answer = await call(url + path, { method: 'HEAD' });
      expect([path, answer.status, answer.text]).toEqual([path, 200, '']);
    }
  });

  it('lets the application read bodies as before', async () => {
    const { url } = await start();
    expect((await call(`${url}/things`, post('{"a":1}'))).status).toBe(404);
    expect((await call(`${url}/things`, post('{broken'))).status).toBe(400);
  });
});

it('reads the body of an application without parsers', async () => {
  const running = await startPanelApp(new ExpressAdapter(), { bodyParser: false });
  const answer = await call(`${running.url}/_otel/api/pause`, post('{"paused":true}'));
  expect(answer.text).toBe('{"paused":true}');
  await running.close();
});

it('reads the body of an application that parses everything', async () => {
  const running = await startPanelApp(new ExpressAdapter(), {
    configure: (app) => {
      (app as NestExpressApplication).useBodyParser('raw', { type: '*/*', limit: '8mb' });
    },
  });
  const answer = await call(`${running.url}/_otel/api/import`, post('{"a":1}', MEDIA_TYPE));
  expect(answer.text).toBe('{"spans":7}');
  await running.close();
});
