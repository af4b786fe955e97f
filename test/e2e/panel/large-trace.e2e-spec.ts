import { afterAll, beforeAll, expect, it } from 'vitest';
import { describePanel } from '../../support/panel/describe-panel.js';
import { LARGE_TRACE_ID, largeTrace } from '../../support/panel/large-trace.js';
import { startLibrary, type Library } from '../../support/panel/library.js';
import type { PanelPage } from '../../support/panel/panel-page.js';

const SPANS = 10_000;
/** Of rows in the document: what can be seen, and some on both sides. */
const WINDOW = 100;

/** Runs something, and tells after how many milliseconds the frame that shows it was drawn. */
const measured = (start: string, isShown: string): string => `new Promise((resolve) => {
  const began = performance.now();
  ${start};
  const look = () => {
    if (${isShown}) setTimeout(() => resolve(performance.now() - began));
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})`;

/** Scrolls for so many milliseconds, and tells how long each frame took. */
const SCROLLED = `new Promise((resolve) => {
  const list = document.querySelector('.wf-list');
  const frames = [];
  const began = performance.now();
  let last = began;
  const frame = (now) => {
    frames.push(now - last);
    last = now;
    list.scrollTop = (list.scrollTop + 260) % (list.scrollHeight - list.clientHeight);
    if (now - began < 2000) requestAnimationFrame(frame);
    else resolve(frames.slice(2));
  };
  requestAnimationFrame(frame);
})`;

describePanel('a trace of ten thousand spans', (open) => {
  let library: Library;

  beforeAll(async () => {
    library = await startLibrary();
  });
  afterAll(() => library?.close());

  const rowsInDocument = (panel: PanelPage) =>
    panel.page.evaluate<number>(`document.querySelectorAll('.wf-row').length`);
  const rowCount = (panel: PanelPage) =>
    panel.page.evaluate<number>(`Number(document.querySelector('.wf-list').ariaRowCount) - 1`);

  it('is imported, opened, collapsed, expanded, searched and scrolled', async () => {
    const panel = await open(`${library.url}/_otel#/settings`);
    await panel.page.locator('input[type=file]').setInputFiles({
      name: 'job.json',
      mimeType: 'application/json',
      buffer: Buffer.from(largeTrace(SPANS)),
    });
    await panel.page.getByText(/1 trace, 10.?000 spans/).waitFor();
    const figures: Record<string, number> = {};
    const measure = async (what: string, start: string, isShown: string): Promise<void> => {
      figures[what] = Math.round(await panel.page.evaluate<number>(measured(start, isShown)));
    };
    const key = (name: string): string =>
      `document.dispatchEvent(new KeyboardEvent('keydown', { key: '${name}' }))`;
    const rows = `Number(document.querySelector('.wf-list').ariaRowCount) - 1`;

    await measure(
      'open, ms',
      `location.hash = '#/trace/${LARGE_TRACE_ID}'`,
      `document.querySelectorAll('.wf-row').length > 10`,
    );
    await panel.spans(/jobs import/).waitFor();
    const first = await rowCount(panel);
    await measure('collapse all, ms', key('['), `${rows} <= 101`);
    expect(await rowCount(panel)).toBeLessThanOrEqual(101);
    await measure('expand all, ms', key(']'), `${rows} > ${first} || ${rows} > 1000`);
    await panel.press(']');
    // Every span, and the rows that stand for repeated ones.
    expect(await rowCount(panel)).toBeGreaterThanOrEqual(SPANS);
    expect(await rowsInDocument(panel)).toBeLessThan(WINDOW);

    const frames = await panel.page.evaluate<number[]>(SCROLLED);
    const total = frames.reduce((sum, ms) => sum + ms, 0);
    figures['scrolling, frames a second'] = Math.round((frames.length / total) * 1000);
    figures['scrolling, slowest frame in ms'] = Math.round(Math.max(...frames));
    expect(await rowsInDocument(panel)).toBeLessThan(WINDOW);

    await panel.press('End');
    await panel
      .spans(/jobs (query|step|batch)/)
      .last()
      .waitFor();
    const shown = await panel.shownSpans();
    expect(shown.at(-1)?.level).toBeGreaterThan(2);
    await panel.press('Home');
    await measure('collapse one, ms', key('ArrowLeft'), `${rows} === 1`);
    expect(await rowCount(panel)).toBe(1);
    await measure('expand one, ms', key('ArrowRight'), `${rows} > 1`);

    await panel.press('/');
    await panel.waitForFocus(/^Find in this trace/);
    await panel.page.keyboard.type('7777');
    await panel.page.getByText('1/1').waitFor();
    console.log(`The panel with ${SPANS} spans:`, figures);
    expect(panel.problems).toEqual([]);
  });
});
