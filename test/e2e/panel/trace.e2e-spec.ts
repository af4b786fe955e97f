import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { call } from '../../support/client.js';
import { startEchoServer, type EchoServer } from '../../support/echo-server.js';
import { describePanel } from '../../support/panel/describe-panel.js';
import { startLibrary, type Library } from '../../support/panel/library.js';
import type { PanelPage, ShownSpan } from '../../support/panel/panel-page.js';
import { tellsDuration, treeOf } from '../../support/panel/span-tree.js';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const CALLER = 'b7ad6b7169203331';

describePanel('a trace in the panel', (open) => {
  let library: Library;
  let echo: EchoServer;

  beforeAll(async () => {
    library = await startLibrary();
    echo = await startEchoServer();
  });
  afterEach(() => library.telemetry.clear());
  afterAll(async () => {
    await library?.close();
    await echo?.close();
  });

  /** Sends a request and opens its trace by the link in the answer. */
  const openTraceOf = async (
    path: string,
    headers: Record<string, string> = {},
  ): Promise<PanelPage> => {
    const answer = await call(`${library.url}${path}`, { headers });
    return open(String(answer.headers['x-trace-link']));
  };
  const tab = (panel: PanelPage, name: RegExp) =>
    panel.page.getByRole('tablist', { name: 'Views of the trace' }).getByRole('tab', { name });

  it('shows the tree and the times that an exporter gets', async () => {
    const panel = await open(`${library.url}/_otel`);
    const answer = await call(`${library.url}/books/naive`);
    await panel.traces(/^GET \/books\/naive/).click();
    await panel.tree.waitFor();
    expect(panel.page.url()).toContain(`#/trace/${String(answer.headers['x-trace-id'])}`);
    // Repeated siblings stand as one until then.
    await panel.press(']', ']');

    const expected = treeOf(await library.telemetry.waitForTrace('GET /books/naive'));
    const rows = panel.tree.locator('.wf-row');
    await panel.waitForCount(rows, expected.length + 1);
    const shown = withoutFolds(await panel.shownSpans());
    expect(shown.map(({ name, level }) => [name, level])).toEqual(
      expected.map(({ name, level }) => [name, level]),
    );
    const wrong = shown.filter(
      ({ duration }, row) => !tellsDuration(duration, expected[row]?.durationMs ?? Number.NaN),
    );
    expect(wrong, JSON.stringify(expected)).toEqual([]);
    expect(expected.length).toBeGreaterThan(8);
    expect(panel.problems).toEqual([]);
  });

  it('opens by the link in the answer, and a span with all its attributes', async () => {
    const panel = await openTraceOf('/books/one/42?colour=red');
    const heading = panel.page.getByRole('heading', { level: 1 });
    expect(await heading.textContent()).toBe('GET /books/one/:id');

    await panel.spans(/BooksService\.find/).click();
    await panel.drawer.getByText('book.id').waitFor();
    expect(await panel.drawer.getByRole('heading', { level: 2 }).textContent()).toBe(
      'BooksService.find',
    );
    const spans = await library.telemetry.waitForTrace('GET /books/one/:id');
    const { attributes = {} } = spans.find(({ name }) => name === 'BooksService.find') ?? {};
    expect(attributes['book.id']).toBe('42');
    expect(await attributesIn(panel)).toEqual(
      Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, String(value)])),
    );

    await panel.spans(/GET \/books\/one\/:id/).click();
    await panel.drawer.getByText('url.query').waitFor();
    expect(await attributesIn(panel)).toMatchObject({
      'http.request.method': 'GET',
      'http.response.status_code': '200',
      'url.path': '/books/one/42',
    });
    expect(panel.problems).toEqual([]);
  });

  it('names the method that asks the same again and again, and the query before it', async () => {
    const panel = await openTraceOf('/books/naive');
    await panel.spans(/6 times SELECT authors.*N\+1/).waitFor();
    await tab(panel, /^SQL/).click();
    const repeat = panel.page.getByRole('listitem').filter({ hasText: 'N+1' });
    await repeat.waitFor();
    const text = (await repeat.textContent()) ?? '';
    expect(text).toContain('BooksService.byAuthorNaively');
    expect(text).toContain('6×');
    await repeat.getByRole('button', { name: /SELECT.*FROM "authors"/ }).click();
    expect(await panel.drawer.getByRole('heading', { level: 2 }).textContent()).toMatch(/SELECT/);

    await panel.goTo('#/sql');
    const statements = panel.page.getByRole('grid', { name: 'Statements' });
    await statements
      .getByRole('row', { name: /"authors"/ })
      .first()
      .waitFor();
    expect(await panel.page.getByText('BooksService.byAuthorNaively').count()).toBeGreaterThan(1);
    await panel.goTo('#/traces');
    const row = panel.traces(/^GET \/books\/naive.*7 queries, N plus one/).first();
    expect(await row.textContent()).toContain('N+1');
    expect(panel.problems).toEqual([]);
  });

  it('tells queries side by side from those one by one', async () => {
    const panel = await openTraceOf('/books/prices');
    await panel.spans(/SELECT prices.*fan-out/).waitFor();
    expect(await panel.spans(/N\+1/).count()).toBe(0);
    await tab(panel, /^SQL/).click();
    const repeat = panel.page.getByRole('listitem').filter({ hasText: 'fan-out' });
    expect(await repeat.textContent()).toContain('BooksService.pricesAtOnce');
    await panel.goTo('#/traces');
    const row = panel.traces(/^GET \/books\/prices/);
    expect(await row.getByText('fan-out').count()).toBe(1);
  });

  it('shows an error with its stack, its own frame and the way there', async () => {
    const panel = await openTraceOf('/books/lend');
    await tab(panel, /^Errors/).click();
    const error = panel.page.getByRole('article');
    await error.getByText('TypeError', { exact: true }).waitFor();
    expect(await error.getByRole('button', { name: 'BooksService.lend' }).count()).toBe(1);

    await panel.goTo('#/errors');
    const group = panel.page.getByRole('grid', { name: 'Errors' }).getByRole('row', {
      name: /TypeError "Momo" cannot be lent/,
    });
    expect(await group.textContent()).toMatch(/GET \/books\/lend/);
    await group.getByText('TypeError').click();
    await panel.page.getByRole('heading', { level: 1, name: 'TypeError' }).waitFor();
    const own = panel.page.locator('.stack-own');
    expect(await own.first().textContent()).toMatch(/BooksService\.lend .*library\.ts:\d+/);
    expect(await panel.page.getByText(/\d+ frames? of packages and Node/).count()).toBeGreaterThan(
      0,
    );
    const path = panel.page.getByRole('link', { name: /^(GET \/books\/lend|Books.*\.lend)$/ });
    expect(await path.allTextContents()).toEqual([
      'GET /books/lend',
      'BooksController.lend',
      'BooksService.lend',
    ]);
    expect(panel.problems).toEqual([]);
  });

  it.each([
    ['new root', {}],
    ['continued', { traceparent: `00-${TRACE_ID}-${CALLER}-01`, tracestate: 'a=1,b=2' }],
    ['ignored: malformed', { traceparent: '00-0af7-01' }],
    ['ignored: all-zero id', { traceparent: `00-${'0'.repeat(32)}-${CALLER}-01` }],
    ['ignored: no propagator', { b3: `${TRACE_ID}-${CALLER}-1` }],
  ] as const)('says of what came in: %s', async (verdict, headers) => {
    const panel = await openTraceOf('/books', { ...headers });
    await tab(panel, /^Propagation/).click();
    const incoming = panel.page.getByRole('listitem').filter({ hasText: 'Sampler' });
    await incoming.getByText(verdict, { exact: true }).waitFor();
    for (const [name, value] of Object.entries(headers)) {
      expect(await incoming.getByText(name, { exact: true }).count()).toBe(1);
      expect(await incoming.textContent()).toContain(value);
    }
    expect(panel.page.url().includes(TRACE_ID)).toBe(verdict === 'continued');
    expect(panel.problems).toEqual([]);
  });

  it('shows what went out with a call', async () => {
    const target = `http://127.0.0.1:${echo.port}/echo`;
    const panel = await openTraceOf(`/books/ask?url=${encodeURIComponent(target)}`);
    await tab(panel, /^Propagation/).click();
    const sent = String(echo.received.at(-1)?.headers['traceparent']);
    const hop = panel.page.getByRole('listitem').filter({ hasText: `127.0.0.1:${echo.port}` });
    await hop.getByText(sent, { exact: true }).waitFor();
    await panel.page.getByText('1 call, all carry the context').waitFor();
    expect(await hop.textContent()).toContain('No span of the other side has come here');
  });
});

/** Keys and values in the drawer. */
function attributesIn(panel: PanelPage): Promise<Record<string, string>> {
  return panel.page.evaluate<Record<string, string>>(
    `Object.fromEntries([...document.querySelectorAll('.drawer .attribute')].map((row) =>
      [row.querySelector('dt').textContent, row.querySelector('.attribute-value').textContent]))`,
  );
}

/** Repeated siblings as they are: one beside the other. */
function withoutFolds(shown: readonly ShownSpan[]): readonly ShownSpan[] {
  let fold: ShownSpan | undefined;
  return shown.flatMap((span) => {
    if (fold !== undefined && span.level <= fold.level) fold = undefined;
    if (span.isFold) {
      fold = span;
      return [];
    }
    return [fold === undefined ? span : { ...span, level: span.level - 1 }];
  });
}
