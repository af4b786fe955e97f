import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../../support/client.js';
import { describePanel } from '../../support/panel/describe-panel.js';
import {
  HOSTILE_TEXTS,
  HOSTILE_TRACE_ID,
  hostileDocument,
} from '../../support/panel/hostile-document.js';
import { startLibrary, type Library } from '../../support/panel/library.js';
import type { PanelPage } from '../../support/panel/panel-page.js';
import { waitUntil } from '../../support/wait-until.js';

const TABS = ['waterfall', 'sql', 'errors', 'logs', 'propagation', 'raw'];
const IMAGE = '<img src=x onerror=alert(1)>';

/** Elements that only a text taken for markup can have made, and links that do more than lead. */
const FOREIGN = `[...document.querySelectorAll(
    'img, iframe, object, embed, body style, body script, [onerror], [onload], [style*="url("]'
  )].map((element) => element.outerHTML.slice(0, 200)).concat(
    [...document.querySelectorAll('a[href]')]
      .map((link) => link.href)
      .filter((href) => !href.startsWith(location.origin) && !/^(vscode|https?):/.test(href)))`;

/** Characters that turn text around, hide it, or speak to a terminal. */
const UNSEEN = `/[\\u0000-\\u0008\\u001b\\u200b\\u202e\\u2066]/.test(document.body.innerText)`;

describePanel('spans that were made to do harm', (open) => {
  let library: Library;
  let panel: PanelPage;

  beforeAll(async () => {
    library = await startLibrary();
  });
  afterAll(() => library?.close());

  const expectHarmless = async (screen: string): Promise<void> => {
    await panel.page.waitForTimeout(100);
    expect(await panel.page.evaluate<string[]>(FOREIGN), screen).toEqual([]);
    expect(await panel.page.evaluate<boolean>(UNSEEN), screen).toBe(false);
    expect(panel.problems, screen).toEqual([]);
  };
  const seesText = (text: string) => panel.page.getByText(text).first().waitFor();

  it('are texts on every screen', async () => {
    panel = await open(`${library.url}/_otel#/settings`);
    await panel.page.locator('input[type=file]').setInputFiles({
      name: `${IMAGE}.json`,
      mimeType: 'application/json',
      buffer: Buffer.from(hostileDocument()),
    });
    await panel.page.getByText('1 trace, 32 spans').waitFor();
    await expectHarmless('settings');

    await panel.goTo('#/traces');
    await panel.traces().first().waitFor();
    await seesText(IMAGE);
    await expectHarmless('list');
    await panel.goTo('#/traces?group=route');
    await seesText(IMAGE);
    await expectHarmless('routes');
    await panel.goTo(`#/traces?q=${encodeURIComponent(IMAGE)}`);
    await expectHarmless('filter');

    for (const tab of TABS) {
      await panel.goTo(`#/trace/${HOSTILE_TRACE_ID}?tab=${tab}`);
      await panel.page.getByRole('heading', { level: 1, name: IMAGE }).waitFor();
      if (tab !== 'propagation')
        await panel.page.locator('#trace-panel').getByText('alert(1)').first().waitFor();
      await expectHarmless(tab);
    }
    for (let at = 0; at < HOSTILE_TEXTS.length; at++) {
      const spanId = (at * 2 + 1).toString(16).padStart(16, '0');
      await panel.goTo(`#/trace/${HOSTILE_TRACE_ID}?span=${spanId}`);
      await panel.drawer.getByText('http.route').waitFor();
      await expectHarmless(`details of ${HOSTILE_TEXTS[at]}`);
    }
    for (const tab of await panel.drawer.getByRole('tab').all()) {
      await tab.click();
      await expectHarmless(`details, ${await tab.textContent()}`);
    }

    await panel.goTo('#/sql');
    await seesText('SELECT');
    await expectHarmless('sql');
    await panel.page
      .getByRole('grid', { name: 'Statements' })
      .locator('tbody tr')
      .first()
      .press('Enter');
    await panel.page.getByText('All statements').waitFor();
    await expectHarmless('statement');
    await panel.goTo('#/errors');
    await seesText(IMAGE);
    await expectHarmless('errors');
    await panel.page
      .getByRole('grid', { name: 'Errors' })
      .locator('tbody tr')
      .first()
      .press('Enter');
    await panel.page.getByText('All errors').waitFor();
    await expectHarmless('error');
    await panel.goTo('#/export');
    await expectHarmless('export');
  });

  it('are texts in requests, too', async () => {
    panel = await open(`${library.url}/_otel`);
    const path = `/books/one/${encodeURIComponent(IMAGE)}?a=${encodeURIComponent(IMAGE)}`;
    const answer = await call(library.url + path, {
      headers: {
        'user-agent': IMAGE,
        traceparent: `00-${HOSTILE_TRACE_ID}-b7ad6b7169203331-01`,
        tracestate: `a=<script>alert(1)</script>`,
        baggage: `user=<script>alert(1)</script>`,
      },
    });
    expect(answer.status).toBe(200);
    await panel.goTo(`#/trace/${HOSTILE_TRACE_ID}?tab=propagation`);
    await seesText('a=<script>alert(1)</script>');
    await expectHarmless('propagation');
  });

  it('would be noticed if they were taken for markup', async () => {
    panel = await open(`${library.url}/_otel`);
    await panel.page.evaluate(`document.body.insertAdjacentHTML('beforeend',
      ${JSON.stringify(`${IMAGE}<img src="https://evil.test/x">`)})`);
    const noticed = (what: string) => panel.problems.some((problem) => problem.startsWith(what));
    await waitUntil(() => noticed('console: policy: script-src'), 'the handler is reported');
    await waitUntil(() => noticed('console: policy: img-src'), 'the request is reported');
    expect(await panel.page.evaluate<string[]>(FOREIGN)).toHaveLength(2);
  });
});
