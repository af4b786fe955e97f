import type { ComponentChildren, JSX, TargetedMouseEvent } from 'preact';
import type { Signal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { Icon } from '../parts/icon.js';
import { useShortcuts } from '../keyboard/use-shortcuts.js';
import { sortedBy, sortRows, type Sort, type SortValue } from './sorting.js';
import './data-table.css';

export interface Column<T> {
  readonly id: string;
  readonly label: string;
  /** What the short label means. */
  readonly title?: string;
  /** To the right, and the largest first. */
  readonly numeric?: boolean;
  /** Without it, the column cannot be sorted. */
  readonly value?: (row: T) => SortValue;
  readonly render: (row: T) => ComponentChildren;
  readonly class?: string;
}

interface DataTableProps<T> {
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly onOpen: (row: T) => void;
  /** Kept by the screen, so that coming back finds the table as it was left. */
  readonly sort: Signal<Sort>;
  readonly focusedKey: Signal<string>;
}

/** A table to sort, with one row in focus: j, k and the arrows move it, Enter opens it. */
export function DataTable<T>(props: DataTableProps<T>): JSX.Element {
  const { label, columns, rows, keyOf, onOpen, sort, focusedKey } = props;
  const body = useRef<HTMLTableSectionElement>(null);
  const by = columns.find(({ id }) => id === sort.value.column);
  const sorted = by?.value === undefined ? rows : sortRows(rows, by.value, sort.value.descending);
  const found = sorted.findIndex((row) => keyOf(row) === focusedKey.value);

  const focus = (index: number) => {
    const target = Math.max(0, Math.min(sorted.length - 1, index));
    const row = sorted[target];
    if (row === undefined) return;
    focusedKey.value = keyOf(row);
    const element = body.current?.children[target];
    if (!(element instanceof HTMLElement)) return;
    element.focus();
    element.scrollIntoView({ block: 'nearest' });
  };
  const open = () => {
    const row = sorted[found];
    if (row === undefined) return false;
    onOpen(row);
    return true;
  };
  useShortcuts([
    { keys: ['j', 'ArrowDown'], label: 'Next row', group: label, run: () => focus(found + 1) },
    { keys: ['k', 'ArrowUp'], label: 'Previous row', group: label, run: () => focus(found - 1) },
    { keys: ['Home'], label: 'First row', group: label, run: () => focus(0) },
    { keys: ['End'], label: 'Last row', group: label, run: () => focus(sorted.length - 1) },
    { keys: ['Enter'], label: 'Open', group: label, run: open },
  ]);
  const onClick = (event: TargetedMouseEvent<HTMLTableRowElement>, row: T) => {
    // Selecting text in a row, or following a link in it, must not go somewhere else.
    if (event.target instanceof Element && event.target.closest('a, button')) return;
    if (getSelection()?.isCollapsed === false) return;
    focusedKey.value = keyOf(row);
    onOpen(row);
  };
  return (
    <table class="data" role="grid" aria-label={label} aria-rowcount={rows.length + 1}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Heading key={column.id} column={column} sort={sort} />
          ))}
        </tr>
      </thead>
      <tbody ref={body}>
        {sorted.map((row, index) => (
          <tr
            key={keyOf(row)}
            tabIndex={index === Math.max(0, found) ? 0 : -1}
            onClick={(event) => onClick(event, row)}
            onFocus={() => (focusedKey.value = keyOf(row))}
          >
            {columns.map((column) => (
              <td key={column.id} class={cellClass(column)}>
                {column.render(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface HeadingProps<T> {
  readonly column: Column<T>;
  readonly sort: Signal<Sort>;
}

function Heading<T>({ column, sort }: HeadingProps<T>): JSX.Element {
  const { id, label, title, numeric = false } = column;
  if (column.value === undefined) {
    return (
      <th scope="col" class={cellClass(column)} title={title}>
        {label}
      </th>
    );
  }
  const isSorted = sort.value.column === id;
  const order = sort.value.descending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={cellClass(column)} aria-sort={isSorted ? order : 'none'}>
      <button
        type="button"
        class="data-sort"
        title={title}
        onClick={() => (sort.value = sortedBy(sort.value, id, numeric))}
      >
        {label}
        {isSorted && <Icon name="down" class={sort.value.descending ? '' : 'is-up'} />}
      </button>
    </th>
  );
}

function cellClass<T>({ numeric, class: extra = '' }: Column<T>): string {
  return `${numeric ? 'number' : ''} ${extra}`.trim();
}
