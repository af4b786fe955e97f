import { get, type IncomingMessage, type Server } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { INestApplication } from '@nestjs/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { ADAPTERS } from '../../support/apps.js';
import { call, untraced } from '../../support/client.js';
import { waitUntil } from '../../support/wait-until.js';
import {
  startPanelApp,
  type PanelApp,
  type PanelAppOptions,
} from '../../unit/support/panel-app.js';

interface OpenStream {
  readonly response: IncomingMessage;
  text(): string;
  readonly ended: Promise<void>;
  close(): void;
}

/** Opens a stream and keeps what comes. */
function listen(url: string, headers = {}): Promise<OpenStream> {
  return untraced(
    () =>
      new Promise((resolve, reject) => {
        const outgoing = get(url, { agent: false, headers }, (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          const ended = new Promise<void>((end) => response.once('close', end));
          resolve({ response, text: () => text, ended, close: () => outgoing.destroy() });
        });
        outgoing.on('error', reject);
      }),
  );
}

const ticksIn = (text: string): readonly { readonly seq: number }[] =>
  [...text.matchAll(/^event: tick\ndata: (.*)$/gm)].map(
    ([, data = '']) => JSON.parse(data) as { seq: number },
  );

describe.each(ADAPTERS)('the stream of the panel on %s', (name, adapter) => {
  let running: PanelApp | undefined;
  const streams: OpenStream[] = [];

  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    await running?.close();
    running = undefined;
  });

  const start = async (options: PanelAppOptions = {}): Promise<PanelApp & { stream: string }> => {
    const app = await startPanelApp(adapter(), options);
    running = app;
    return { ...app, stream: `${app.url}/_otel/api/stream` };
  };

  const open = async (url: string, headers = {}): Promise<OpenStream> => {
    const stream = await listen(url, headers);
    streams.push(stream);
    return stream;
  };

  it('says at once what is, and later only what is new', async () => {
    const { stream: url, backend } = await start();
    const stream = await open(`${url}?q=a&noise=1&since=3`);
    expect(stream.response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    await waitUntil(() => ticksIn(stream.text()).length === 1, 'the first tick');
    expect(backend.called('tick')[0]).toEqual([
      { text: 'a', noise: true, since: 3, limit: undefined },
    ]);
    const asked = backend.called('tick').length;
    await waitUntil(() => backend.called('tick').length > asked + 2, 'turns without news');
    expect(ticksIn(stream.text())).toHaveLength(1);
    backend.seq = 8;
    await waitUntil(() => ticksIn(stream.text()).length === 2, 'news');
    expect(stream.text()).toContain('id: 8\n');
    backend.paused = true;
    await waitUntil(() => ticksIn(stream.text()).length === 3, 'another state of capture');
  });

  it('goes on where a browser left off', async () => {
    const { stream: url, backend } = await start();
    await open(url, { 'last-event-id': '5' });
    await open(`${url}?since=6`, { 'last-event-id': '5' });
    await open(url, { 'last-event-id': 'nonsense' });
    await waitUntil(() => backend.called('tick').length >= 3, 'ticks');
    const since = backend.called('tick').map(([query]) => (query as { since: number }).since);
    expect(new Set(since.filter((number) => number !== 7))).toEqual(new Set([5, 6, 0]));
  });

  it('has the list read again when too much has happened, and goes on from there', async () => {
    const { stream: url, backend } = await start();
    backend.isLost = true;
    const stream = await open(`${url}?since=1`);
    await waitUntil(() => stream.text().includes('event: resync\n\n'), 'a resync');
    backend.seq = 9;
    await waitUntil(() => ticksIn(stream.text()).length > 0, 'news after it');
    expect(ticksIn(stream.text()).at(-1)?.seq).toBe(9);
    expect(stream.text().match(/resync/g)).toHaveLength(1);
  });

  it('survives what fails behind it', async () => {
    const { stream: url, backend } = await start();
    const tick = backend.tick.bind(backend);
    let failures = 0;
    backend.tick = () => {
      failures += 1;
      throw new Error('broken');
    };
    const stream = await open(url);
    await waitUntil(() => failures > 2, 'failing turns');
    backend.tick = tick;
    await waitUntil(() => ticksIn(stream.text()).length > 0, 'a tick');
    expect(stream.response.statusCode).toBe(200);
  });

  it('serves eight, and says why not the ninth', async () => {
    const { stream: url } = await start();
    const all = [];
    for (let index = 0; index < 8; index += 1) all.push(await open(url));
    const ninth = await call(url);
    expect(ninth.status).toBe(503);
    expect(JSON.parse(ninth.text)).toEqual({
      reason: '8 pages listen already, and more are not served',
    });
    all[0]?.close();
    await waitUntil(async () => {
      const next = await open(url);
      return next.response.statusCode === 200;
    }, 'the place of one that left');
  });

  it('opens none for who has left before it was decided', async () => {
    let decide = (_yes: boolean): void => {};
    let asked = 0;
    const authorize = (): Promise<boolean> => {
      asked += 1;
      return new Promise((resolve) => (decide = resolve));
    };
    const { stream: url, backend, app } = await start({ panel: { authorize } });
    const outgoing = untraced(() => get(url, { agent: false }));
    outgoing.on('error', () => {});
    await waitUntil(() => asked === 1, 'the question');
    const connections = (): Promise<number> =>
      new Promise((resolve) =>
        (app.getHttpServer() as Server).getConnections((_error, count) => resolve(count)),
      );
    outgoing.destroy();
    await waitUntil(async () => (await connections()) === 0, 'the end of the connection');
    decide(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(backend.called('tick')).toEqual([]);
  });

  it('asks nothing when nobody listens', async () => {
    const { stream: url, backend } = await start();
    const stream = await open(url);
    await waitUntil(() => backend.called('tick').length > 1, 'turns');
    stream.close();
    let seen = -1;
    await waitUntil(async () => {
      const before = seen;
      seen = backend.called('tick').length;
      await new Promise((resolve) => setTimeout(resolve, 600));
      return before === seen;
    }, 'no more turns');
    expect(seen).toBeGreaterThan(1);
  });

  it.each([true, false])('does not keep an application from closing, forced: %s', async (force) => {
    const patient = name === 'Fastify' && !force ? new FastifyAdapter() : adapter();
    running = await startPanelApp(patient, { forceCloseConnections: force });
    const { app } = running;
    const url = `${running.url}/_otel/api/stream`;
    const stream = await open(url);
    await waitUntil(() => ticksIn(stream.text()).length === 1, 'the first tick');
    // A page loads its files over connections that browsers keep.
    await fetch(url.replace('/api/stream', ''));
    await closeOrFail(app);
    await stream.ended;
    expect(stream.response.complete).toBe(true);
    running = undefined;
  });

  it('opens none when the application closes', async () => {
    const { stream: url, app } = await start();
    const first = await open(url);
    await app.close();
    await first.ended;
    running = undefined;
    await expect(call(url)).rejects.toThrow('ECONNREFUSED');
  });
});

async function closeOrFail(app: INestApplication): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const hanging = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('the application does not close')), 5000);
  });
  await Promise.race([app.close(), hanging]);
  clearTimeout(timer);
}
