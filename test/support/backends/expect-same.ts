import { expect } from 'vitest';
import { compareTraces, differencesIn } from './compare-traces.js';
import { fieldTable } from './field-table.js';

/** Nothing is missing, nothing is extra, nothing has changed; a table of what has, if not. */
export function expectSame(...traces: Parameters<typeof compareTraces>): void {
  const [sent] = traces;
  expect(sent.length, 'spans that were sent').toBeGreaterThan(0);
  const differences = differencesIn(compareTraces(...traces));
  if (differences.length === 0) return;
  expect.fail(`${differences.length} differences\n\n${fieldTable(differences)}`);
}
