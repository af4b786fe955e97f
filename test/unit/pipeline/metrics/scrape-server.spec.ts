import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import {
  listenForScrapes,
  type ScrapeServer,
} from '../../../../libs/nestrace/src/pipeline/metrics/scrape-server.js';
import { ListLog } from '../../support/list-log.js';

describe('listenForScrapes', () => {
  let server: ScrapeServer | undefined;

  afterEach(() => server?.close());

  it('closes although somebody still waits for an answer', async () => {
    let asked: (() => void) | undefined;
    const isAsked = new Promise<void>((resolve) => (asked = resolve));
    server = await listenForScrapes(
      { host: '127.0.0.1', port: 0, path: '/metrics' },
      () => asked?.(),
      new ListLog(),
    );
    const outgoing = request(`http://${server.address}/metrics`);
    const failed = new Promise((resolve) => outgoing.on('error', resolve));
    outgoing.end();
    await isAsked;
    await server.close();
    expect(await failed).toMatchObject({ code: 'ECONNRESET' });
  });

  it('refuses what it has no answer for', async () => {
    server = await listenForScrapes(
      { host: '127.0.0.1', port: 0, path: '/metrics' },
      (_request, response) => response.end('all'),
      new ListLog(),
    );
    const statusOf = async (path: string, method = 'GET'): Promise<number> =>
      (await fetch(`http://${server?.address}${path}`, { method })).status;
    expect(await statusOf('/metrics')).toBe(200);
    expect(await statusOf('/metrics?name[]=up')).toBe(200);
    expect(await statusOf('/metrics/')).toBe(404);
    expect(await statusOf('/')).toBe(404);
    expect(await statusOf('/metrics', 'PUT')).toBe(405);
  });

  it('rejects when the port is taken', async () => {
    const place = { host: '127.0.0.1', path: '/metrics' };
    server = await listenForScrapes({ ...place, port: 0 }, () => {}, new ListLog());
    const port = Number(server.address.split(':').at(-1));
    await expect(
      listenForScrapes({ ...place, port }, () => {}, new ListLog()),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
