import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigFiles } from '../support/config-file.js';
import { cellsOf, optionRows } from '../support/option-rows.js';

const page = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
const files = new ConfigFiles();
afterAll(() => {
  files.remove();
});

/** The rows of its tables of options, by the option. */
function rowsOnPage(): ReadonlyMap<string, readonly string[]> {
  const rows = page.split('\n').flatMap((line): [string, string[]][] => {
    const cells = line.split('|').map((cell) => cell.trim());
    const [, option = ''] = cells;
    return cells.length === 6 && /^`[a-zA-Z[\].]+`$/.test(option)
      ? [[option, cells.slice(1, 5)]]
      : [];
  });
  return new Map(rows);
}

describe('docs/configuration.md', () => {
  const rows = rowsOnPage();

  it.each(optionRows().map((row) => [row.option, row] as const))('lists %s', (_option, row) => {
    const [option, inFile, variables, fallback] = cellsOf(row);
    const found = rows.get(option);
    const wanted = `| ${option} | ${inFile} | ${variables} | ${fallback ?? 'what its default is'} |`;
    expect(found, `this row is missing: ${wanted}`).toBeDefined();
    expect(found?.slice(0, 3)).toEqual([option, inFile, variables]);
    if (fallback === undefined) expect(found?.[3]).not.toBe('');
    else expect(found?.[3]).toBe(fallback);
  });

  it('lists nothing that is no option', () => {
    const known = new Set(optionRows().map((row) => cellsOf(row)[0]));
    expect([...rows.keys()].filter((option) => !known.has(option))).toEqual([]);
  });

  it.each([...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = '']) => [text] as const))(
    'has examples that are read without a word: %#',
    async (text) => {
      const env = { COLLECTOR_KEY: 'x', ORDERS_RATIO: '0.5' };
      const { warnings } = await files.load(text, {}, env);
      expect(warnings).toEqual([]);
    },
  );
});
