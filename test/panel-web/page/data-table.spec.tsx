import { signal } from '@preact/signals';
import { act } from 'preact/test-utils';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { listenForShortcuts } from '../../../libs/panel-web/src/keyboard/shortcuts.js';
import { DataTable, type Column } from '../../../libs/panel-web/src/page/data-table.js';
import { mounted } from '../mounted.js';

interface Row {
  readonly id: string;
  readonly calls: number;
}

const ROWS: readonly Row[] = [
  { id: 'a', calls: 1 },
  { id: 'b', calls: 3 },
  { id: 'c', calls: 2 },
];
const COLUMNS: readonly Column<Row>[] = [
  { id: 'id', label: 'Name', value: ({ id }) => id, render: ({ id }) => id },
  {
    id: 'calls',
    label: 'Calls',
    numeric: true,
    value: ({ calls }) => calls,
    render: ({ calls }) => calls,
  },
];

const open = vi.fn<(row: Row) => void>();
let stop: () => void;
beforeEach(() => {
  open.mockClear();
  stop = listenForShortcuts();
});
afterEach(() => stop());

const table = () =>
  mounted(
    <DataTable
      label="Things"
      columns={COLUMNS}
      rows={ROWS}
      keyOf={({ id }) => id}
      onOpen={open}
      sort={signal({ column: 'calls', descending: true })}
      focusedKey={signal('')}
    />,
  );

const names = (page: HTMLElement) =>
  [...page.querySelectorAll('tbody tr')].map((row) => row.firstElementChild?.textContent);

async function press(key: string): Promise<void> {
  const target = document.activeElement ?? document.body;
  await act(() => {
    target.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  });
}

describe('DataTable', () => {
  it('sorts, and says by what', async () => {
    const page = await table();
    expect(names(page)).toEqual(['b', 'c', 'a']);
    await act(() => page.querySelector<HTMLElement>('th button')?.click());
    expect(names(page)).toEqual(['a', 'b', 'c']);
    expect([...page.querySelectorAll('th')].map((th) => th.getAttribute('aria-sort'))).toEqual([
      'ascending',
      'none',
    ]);
  });

  it('moves with j and k, and opens with Enter', async () => {
    const page = await table();
    await press('j');
    await press('j');
    await press('k');
    await press('ArrowDown');
    expect(document.activeElement).toBe(page.querySelectorAll('tbody tr')[1]);
    await press('Enter');
    expect(open).toHaveBeenCalledWith({ id: 'c', calls: 2 });
  });

  it('has one row that Tab leads to', async () => {
    const page = await table();
    await press('End');
    const reachable = [...page.querySelectorAll<HTMLElement>('tbody tr')].map(
      (row) => row.tabIndex,
    );
    expect(reachable).toEqual([-1, -1, 0]);
  });
});
