import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser } from '../browser.js';
import { PanelPage, type PageOptions } from './panel-page.js';

const REQUIRES_ALL = process.env['NESTRACE_TEST_REQUIRE_ALL'] === '1';

/** Opens a page in a browser of the suite; it is closed after the test. */
export type OpenPanel = (url: string, options?: PageOptions) => Promise<PanelPage>;

/** Runs tests in a browser, or says why not. */
export function describePanel(title: string, tests: (open: OpenPanel) => void): void {
  const { start, reason } = findBrowser();
  if (reason !== undefined) console.warn(`The tests of the panel are skipped: ${reason}.`);

  describe.runIf(REQUIRES_ALL)('the browser', () => {
    it('is there to be tested with', () => {
      expect(reason).toBeUndefined();
    });
  });

  describe.skipIf(start === undefined)(`${title}, in a browser`, () => {
    let browser: Browser | undefined;
    const pages: PanelPage[] = [];
    beforeAll(async () => {
      browser = await start?.();
    });
    afterEach(async () => {
      for (const page of pages.splice(0)) await page.close();
    });
    afterAll(() => browser?.close());
    tests(async (url, options) => {
      if (browser === undefined) throw new Error('The browser runs only while tests do.');
      const page = await PanelPage.open(browser, url, options);
      pages.push(page);
      return page;
    });
  });
}
