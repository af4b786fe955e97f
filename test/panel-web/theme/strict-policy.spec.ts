import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = 'libs/panel-web/src';
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.(tsx?|css)$/.test(file),
);

/** What a strict Content-Security-Policy blocks, or what would let text of a span become markup. */
const FORBIDDEN =
  /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|createElement\('(style|script)'|\sstyle="|cssText|setAttribute\('style'/;

/** Nothing is loaded from anywhere else. */
const FORBIDDEN_IN_STYLES = /url\(|https?:/;

it.each(files)('%s stays within the policy of the panel', (file) => {
  const forbidden = file.endsWith('.css') ? FORBIDDEN_IN_STYLES : FORBIDDEN;
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  expect(lines.filter((line) => forbidden.test(line))).toEqual([]);
});
