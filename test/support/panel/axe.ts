import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const file = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
let source: Promise<string> | undefined;

interface Violation {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly {
    readonly target: readonly string[];
    readonly failureSummary: string;
  }[];
}

/**
 * What is in the way of people with a screen reader, without a mouse, or with weak eyes, one line each.
 * The policy of the page forbids other scripts; this one comes in through the debugger.
 */
export async function obstaclesOn(page: Page): Promise<readonly string[]> {
  source ??= readFile(file, 'utf8');
  if (!(await page.evaluate<boolean>('window.axe !== undefined'))) {
    // Without a value: what the script returns cannot be sent over.
    await page.evaluate(`${await source};undefined`);
  }
  const { violations } = await page.evaluate<{ readonly violations: readonly Violation[] }>(
    `axe.run(document, { resultTypes: ['violations'] })`,
  );
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map(({ target, failureSummary }) => {
      return `${id} (${help}) at ${target.join(' ')}: ${failureSummary.replace(/\s+/g, ' ')}`;
    }),
  );
}
