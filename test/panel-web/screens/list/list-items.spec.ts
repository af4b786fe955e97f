import { describe, expect, it } from 'vitest';
import { listItems, traceFrom } from '../../../../libs/panel-web/src/screens/list/list-items.js';
import type { ListedTrace } from '../../../../libs/panel-web/src/state/trace-book.js';
import { traceSummary } from '../../state/trace-summary.js';

const listed = (id: string, bootId: string, startMs: number, errors = 0): ListedTrace => ({
  bootId,
  summary: traceSummary({ id, startMs, errors }),
});

const book = (bootId: string, shown: ListedTrace[]) => ({ bootId, seq: 1, shown, waiting: [] });

const linesOf = (items: ReturnType<typeof listItems>) =>
  items.map((item) => (item.kind === 'trace' ? item.trace.summary.id : `restart ${item.atMs}`));

describe('listItems', () => {
  it('has a line where the process was restarted', () => {
    const shown = [
      listed('d', 'three', 40),
      listed('c', 'two', 30),
      listed('b', 'two', 20),
      listed('a', 'one', 10),
    ];
    expect(linesOf(listItems(book('three', shown), 35))).toEqual([
      'd',
      'restart 35',
      'c',
      'b',
      'restart 20',
      'a',
    ]);
  });

  it('has it on top as long as the new process has recorded nothing', () => {
    expect(linesOf(listItems(book('two', [listed('a', 'one', 10)]), 15))).toEqual([
      'restart 15',
      'a',
    ]);
  });
});

describe('traceFrom', () => {
  const items = listItems(
    book('two', [listed('c', 'two', 30), listed('b', 'one', 20, 1), listed('a', 'one', 10)]),
    25,
  );

  it('steps over what is no trace', () => {
    expect(traceFrom(items, 0, 1)).toBe(2);
    expect(traceFrom(items, 2, -1)).toBe(0);
  });

  it('stays where there is nothing to go to', () => {
    expect(traceFrom(items, 3, 1)).toBe(3);
    expect(traceFrom(items, 0, -1)).toBe(0);
  });

  it('finds the next one of a kind', () => {
    const failed = ({ summary }: ListedTrace) => summary.errors > 0;
    expect(traceFrom(items, -1, 1, failed)).toBe(2);
    expect(traceFrom(items, 2, 1, failed)).toBe(2);
  });
});
