import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../../support/client.js';
import { obstaclesOn } from '../../support/panel/axe.js';
import { describePanel } from '../../support/panel/describe-panel.js';
import { startLibrary, type Library } from '../../support/panel/library.js';
import type { PanelPage } from '../../support/panel/panel-page.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { OtlpSpan } from '../../support/receivers/otlp-span.js';
import type { Receiver } from '../../support/receivers/receiver.js';

describePanel('the panel for everybody', (open) => {
  let library: Library;
  let receiver: Receiver<OtlpSpan>;
  const ids: Record<string, string> = {};

  beforeAll(async () => {
    receiver = await startOtlpHttpReceiver();
    await receiver.behave({ kind: 'refuse' });
    library = await startLibrary({
      exporters: {
        type: 'otlp',
        protocol: 'http/protobuf',
        endpoint: receiver.url,
        timeoutMs: 200,
      },
    });
    for (const name of ['naive', 'lend', 'prices', 'one/3']) {
      const answer = await call(`${library.url}/books/${name}`, { headers: { b3: '0' } });
      ids[name] = String(answer.headers['x-trace-id']);
    }
    void call(`${library.url}/books/wait`);
  });
  afterAll(async () => {
    await library?.close();
    await receiver?.close();
  });

  it.each(['dark', 'light'] as const)('has no obstacle on any screen, %s', async (colorScheme) => {
    const panel = await open(`${library.url}/_otel`, { colorScheme });
    const { page } = panel;
    const found: Record<string, readonly string[]> = {};
    const check = async (screen: string, shown: Promise<void>): Promise<void> => {
      await shown;
      const obstacles = await obstaclesOn(page);
      if (obstacles.length > 0) found[screen] = obstacles;
    };
    const goTo = async (hash: string, shown: () => Promise<void>): Promise<void> => {
      await panel.goTo(hash);
      await check(hash.replaceAll(/[0-9a-f]{16,}/g, '…'), shown());
    };
    const heading = (name: string | RegExp) => () =>
      page.getByRole('heading', { level: 1, name }).waitFor();
    const item = (text: string) => () =>
      page.getByRole('listitem').filter({ hasText: text }).first().waitFor();
    const { naive = '', lend = '', 'one/3': one = '' } = ids;

    await check('list', panel.traces(/^GET \/books\/lend/).waitFor());
    await panel.press('j');
    await panel.press('?');
    await check('keys', page.getByRole('dialog').waitFor());
    await panel.press('Escape');
    await goTo('#/traces?q=route:/nowhere', () => page.getByText(/traces match/).waitFor());
    await goTo('#/traces?q=dur:%3Ebad', () => page.getByText('cannot be read').waitFor());
    await goTo('#/traces?group=route', () => page.getByText('p95').first().waitFor());
    await goTo(`#/trace/${naive}`, () => panel.spans(/N\+1/).first().waitFor());
    await panel
      .spans(/BooksService/)
      .first()
      .click();
    await check('details', panel.drawer.getByRole('definition').first().waitFor());
    await goTo(`#/trace/${naive}?tab=sql`, item('N+1'));
    await goTo(`#/trace/${lend}?tab=errors`, () => page.getByRole('article').first().waitFor());
    await goTo(`#/trace/${lend}?tab=logs`, () =>
      page.locator('#trace-panel > *').first().waitFor(),
    );
    await goTo(`#/trace/${one}?tab=propagation`, item('Sampler'));
    await goTo(`#/trace/${one}?tab=raw`, () => page.getByText('resourceSpans').waitFor());
    await goTo('#/trace/00000000000000000000000000000001', () =>
      page
        .getByText(/unknown|not here|memory/i)
        .first()
        .waitFor(),
    );
    await goTo('#/sql', heading('SQL'));
    const statement = page.getByRole('grid', { name: 'Statements' }).locator('tbody tr').first();
    await statement.click();
    await check('statement', page.getByText('All statements').first().waitFor());
    await goTo('#/errors', heading('Errors'));
    await page.getByRole('grid', { name: 'Errors' }).locator('tbody tr').first().press('Enter');
    await check('error', heading('TypeError')());
    await goTo('#/export', item(receiver.url));
    await goTo('#/settings', heading('Settings'));
    expect(found).toEqual({});
    expect(unexpectedOf(panel)).toEqual([]);
  });

  it('leads by keys alone from the list to a span and back', async () => {
    const panel = await open(`${library.url}/_otel`);
    await panel.traces(/^GET \/books\/lend/).waitFor();
    await panel.press('j');
    await panel.waitForFocus(/^GET \/books\/wait/);
    await panel.press('j', 'ArrowDown', 'k', 'j');
    await panel.waitForFocus(/^GET \/books\/prices/);
    await panel.press('End');
    await panel.waitForFocus(/^GET \/books\/naive/);

    await panel.press('Enter');
    await panel.spans(/N\+1/).waitFor();
    await panel.press('j', 'j');
    await panel.waitForFocus(/library Books/);
    const inTree = await panel.focused();
    await panel.press('Enter');
    await panel.drawer.waitFor();
    await panel.press('Enter');
    await panel.waitForFocus(/Attributes/);
    await panel.press('ArrowRight');
    await panel.waitForFocus(/^(?!Attributes)/);
    await panel.press('Escape');
    await panel.drawer.waitFor({ state: 'detached' });
    expect(await panel.focused()).toBe(inTree);

    await panel.press('ArrowUp', 'Home');
    await panel.waitForFocus(/library GET \/books\/naive/);
    await panel.press('ArrowLeft');
    await panel.waitForCount(panel.tree.locator('.wf-row'), 1);
    await panel.press('ArrowRight');
    await panel.spans(/BooksController\.naive/).waitFor();
    await panel.press('/');
    await panel.waitForFocus(/^Find in this trace/);
    await panel.page.keyboard.type('BooksService');
    await panel.page.getByText('1/1').waitFor();
    await panel.press('Escape', 'Escape');
    await panel.press('Escape');
    await panel.list.waitFor();
    await panel.waitForFocus(/^GET \/books\/naive/);

    await panel.press('?');
    await panel.page.getByRole('dialog').getByText('Next trace').waitFor();
    await panel.press('Escape');
    await panel.page.getByRole('dialog').waitFor({ state: 'detached' });
    await panel.waitForFocus(/^GET \/books\/naive/);
    await panel.press('/');
    await panel.waitForFocus(/^Filter the traces/);
    expect(panel.problems).toEqual([]);
  });

  it('has no obstacle where there is nothing to show', async () => {
    const panel = await open(`${library.url}/_otel`);
    await panel.page.getByRole('button', { name: 'Clear all traces' }).click();
    for (const [hash, text] of [
      ['#/sql', 'No queries yet'],
      ['#/errors', 'No errors in memory'],
      ['#/traces?q=has:error', '0 of'],
    ] as const) {
      await panel.goTo(hash);
      await panel.page.getByText(text).first().waitFor();
      expect(await obstaclesOn(panel.page), hash).toEqual([]);
    }
  });
});

/** That an unknown trace is 404 is told by the browser itself. */
function unexpectedOf({ problems }: PanelPage): readonly string[] {
  return problems.filter((problem) => !problem.includes('404'));
}
