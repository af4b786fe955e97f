import { inspect } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import { call } from '../../support/client.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import { describePanel } from '../../support/panel/describe-panel.js';
import { startLibrary, type Library } from '../../support/panel/library.js';
import { startBufferingProxy } from '../../support/panel/proxies.js';
import { waitUntil } from '../../support/wait-until.js';

const SCREENS = ['#/sql', '#/errors', '#/export', '#/settings', '#/traces?group=route', '#/traces'];

describePanel('the list of the panel', (open) => {
  let library: Library;

  afterEach(() => library.close());

  it('fills by itself, is filtered, and is cleared', async () => {
    library = await startLibrary();
    const { url } = library;
    const panel = await open(`${url}/_otel`);
    await panel.page.getByText('No traces yet').waitFor();

    await call(`${url}/books`);
    await panel.traces(/^GET \/books, status 200/).waitFor();
    await call(`${url}/books/one/7`);
    await call(`${url}/books/lend`);
    await panel.waitForCount(panel.traces(), 3);
    const failed = panel.traces(/^GET \/books\/lend, status 500.*1 error/);
    expect(await failed.textContent()).toContain('TypeError: "Momo" cannot be lent');

    await panel.press('/');
    await panel.page.keyboard.type('status:>=500');
    await panel.waitForCount(panel.traces(), 1);
    expect(await failed.count()).toBe(1);
    expect(panel.page.url()).toContain('#/traces?q=status');
    await panel.filter.fill('attr.book.id:7');
    await panel.traces(/^GET \/books\/one\/:id/).waitFor();
    await panel.waitForCount(panel.traces(), 1);
    await panel.filter.fill('route:/nowhere');
    await panel.page.getByText('0 of 3 traces match').waitFor();
    await panel.page.getByRole('button', { name: 'Clear the filter' }).click();
    await panel.waitForCount(panel.traces(), 3);

    await panel.page.getByRole('button', { name: 'Clear all traces' }).click();
    await panel.page.getByText('No traces yet').waitFor();
    expect(panel.problems).toEqual([]);
  });

  it('holds new traces back while it is paused', async () => {
    library = await startLibrary();
    const { url } = library;
    const panel = await open(`${url}/_otel`);
    await call(`${url}/books`);
    await panel.waitForCount(panel.traces(), 1);
    await panel.press('.');
    for (let at = 0; at < 12; at++) await call(`${url}/books/one/${at}`);

    await panel.page.getByRole('button', { name: '12 new' }).waitFor();
    expect(await panel.live.textContent()).toBe('Paused (12)');
    expect(await panel.traces().count()).toBe(1);
    await panel.press('.');
    await panel.waitForCount(panel.traces(), 13);
    expect(await panel.live.textContent()).toBe('Live');
    expect(panel.problems).toEqual([]);
  });

  it('asks again and again where a proxy holds the stream back', async () => {
    library = await startLibrary();
    const proxy = await startBufferingProxy(library.url);
    try {
      const panel = await open(`${proxy.url}/_otel`);
      const polled = panel.page.waitForResponse(/api\/traces\?.*since=/);
      await call(`${library.url}/books`);
      expect((await polled).status()).toBe(200);
      await panel.traces(/^GET \/books,/).waitFor();
      await call(`${library.url}/books/lend`);
      await panel.traces(/^GET \/books\/lend,/).waitFor();
      expect(panel.problems).toEqual([]);
    } finally {
      await proxy.close();
    }
  });

  it('shows a request while it hangs, and its end', async () => {
    library = await startLibrary();
    const { url } = library;
    const panel = await open(`${url}/_otel`);
    const answer = call(`${url}/books/wait`);

    const row = panel.traces(/^GET \/books\/wait/);
    await panel.traces(/^GET \/books\/wait, in flight/).click();
    await panel.spans(/BooksService\.wait, open for/).waitFor();
    await panel.page
      .getByText(/^open \d/)
      .first()
      .waitFor();
    await panel.press('Escape');
    await row.waitFor();
    expect(await row.getByRole('img', { name: 'in flight' }).count()).toBe(1);

    await row.click();
    await panel.spans(/BooksService\.wait, open for/).waitFor();
    library.release();
    expect((await answer).status).toBe(200);
    await panel.spans(/BooksService\.wait, (?!open)/).waitFor();
    await panel.waitForCount(panel.spans(/open for/), 0);
    await panel.press('Escape');
    await panel.traces(/^GET \/books\/wait, status 200/).waitFor();
    expect(panel.problems).toEqual([]);
  });

  it('never shows what the panel itself does, and exports nothing of it', async () => {
    const receiver = await startOtlpHttpReceiver();
    try {
      library = await startLibrary({
        exporters: { type: 'otlp', protocol: 'http/protobuf', endpoint: receiver.url },
        batch: { scheduledDelayMs: 50 },
      });
      const { url } = library;
      await call(`${url}/books/lend`);
      const panel = await open(`${url}/_otel`);
      const answers: string[] = [];
      panel.page.on('response', (response) => answers.push(response.url()));
      await panel.traces(/^GET \/books\/lend/).waitFor();
      for (let at = 0; answers.length < 30; at++) {
        await panel.goTo(SCREENS[at % SCREENS.length] ?? '');
        await panel.page.waitForTimeout(50);
      }
      await panel.goTo('#/traces?noise=1');
      await call(`${url}/books`);
      await panel.traces(/^GET \/books, /).waitFor();
      await waitUntil(() => receiver.spans().some(({ name }) => name === 'GET /books'), 'export');

      const labels = await panel.page.evaluate<string[]>(
        `[...document.querySelectorAll('[aria-rowindex][aria-label]')].map((row) => row.ariaLabel)`,
      );
      expect(labels.filter((label) => /otel/i.test(label))).toEqual([]);
      expect(labels.filter((label) => label.startsWith('GET '))).toHaveLength(2);
      const sent = receiver.spans().map((span) => inspect(span, { depth: 9 }));
      expect(sent.filter((span) => /_otel|OtelPanel/.test(span))).toEqual([]);
      const servers = library.telemetry.spans().filter(({ kind }) => kind === 'SERVER');
      expect(servers.map(({ name }) => name)).toEqual(['GET /books/lend', 'GET /books']);
      expect(panel.problems).toEqual([]);
    } finally {
      await receiver.close();
    }
  });
});
