import type { Browser, Locator, Page } from 'playwright-core';
import { waitUntil } from '../wait-until.js';
import { problemsOf } from './page-problems.js';

export interface PageOptions {
  readonly colorScheme?: 'dark' | 'light';
}

/** A row of the waterfall, as it is shown. */
export interface ShownSpan {
  readonly name: string;
  /** 1 is the root. */
  readonly level: number;
  readonly duration: string;
  /** It stands for repeated siblings, which are below it once it is expanded. */
  readonly isFold: boolean;
}

const PATIENCE_MS = 10_000;

/** The panel in a browser, by what people see and name. */
export class PanelPage {
  private constructor(
    readonly page: Page,
    /** Nothing is to be in it, whatever the test is about. */
    readonly problems: readonly string[],
  ) {}

  static async open(browser: Browser, url: string, options: PageOptions = {}): Promise<PanelPage> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    page.setDefaultTimeout(PATIENCE_MS);
    const problems = await problemsOf(page, new URL(url).origin);
    await page.goto(url);
    return new PanelPage(page, problems);
  }

  get list(): Locator {
    return this.page.getByRole('grid', { name: /^Traces/ });
  }

  /** Rows of the list whose label begins so: `GET /books`, for example. */
  traces(label: string | RegExp = /, \d+ spans?/): Locator {
    return this.list.getByRole('row', { name: label });
  }

  get tree(): Locator {
    return this.page.getByRole('treegrid', { name: 'Spans' });
  }

  spans(label: string | RegExp): Locator {
    return this.tree.getByRole('row', { name: label });
  }

  get drawer(): Locator {
    return this.page.getByRole('complementary');
  }

  get filter(): Locator {
    return this.page.getByRole('combobox', { name: 'Filter the traces' });
  }

  get live(): Locator {
    return this.page.locator('button.live');
  }

  /** Another screen, without a reload: `#/sql`. */
  async goTo(hash: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
  }

  /** Waits for rows of the waterfall, and tells what they show. */
  async shownSpans(): Promise<readonly ShownSpan[]> {
    await this.tree.locator('.wf-row').first().waitFor();
    return this.page.evaluate<ShownSpan[]>(`[...document.querySelectorAll('.wf-row')]
      .sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)
      .map((row) => ({
        name: row.querySelector('.wf-text').textContent,
        level: Number(row.ariaLevel),
        duration: row.querySelector('.wf-duration').textContent,
        isFold: row.querySelector('.wf-times') !== null,
      }))`);
  }

  /** Keys one after the other, as `page.keyboard.press` knows them. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** What has the focus: its label, or else its text. */
  async focused(): Promise<string> {
    return this.page.evaluate<string>(
      `document.activeElement.ariaLabel ?? document.activeElement.textContent ?? ''`,
    );
  }

  async waitForFocus(label: RegExp): Promise<void> {
    let seen = '';
    try {
      await waitUntil(async () => label.test((seen = await this.focused())), 'focus', PATIENCE_MS);
    } catch {
      throw new Error(`The focus was to be at ${label}, and is at "${seen.slice(0, 200)}".`);
    }
  }

  /** Waits until a number of such elements is shown. */
  async waitForCount(locator: Locator, count: number): Promise<void> {
    let seen = -1;
    try {
      await waitUntil(async () => (seen = await locator.count()) === count, 'count', PATIENCE_MS);
    } catch {
      throw new Error(`There were to be ${count} of ${String(locator)}, and there are ${seen}.`);
    }
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
