import type { ReadonlySignal } from '@preact/signals';
import { lastList } from '../../app/last-list.js';
import { adjust, hrefOf } from '../../app/router.js';
import { selectedId } from './selection.js';
import type { Shortcut } from '../../keyboard/shortcuts.js';
import { useShortcuts } from '../../keyboard/use-shortcuts.js';
import { copyText } from '../../parts/copy.js';
import type { ListedTrace } from '../../state/trace-book.js';
import { showWaiting } from '../../state/traces.js';
import { traceFrom, type ListItem } from './list-items.js';
import { lookOf } from './trace-look.js';

interface ListKeys {
  readonly items: ReadonlySignal<readonly ListItem[]>;
  readonly focused: number;
  readonly goTo: (index: number) => void;
  readonly open: (traceId: string) => void;
}

const PAGE_ROWS = 15;

function isError({ summary }: ListedTrace): boolean {
  return lookOf(summary) === 'error' || summary.errors > 0;
}

/** Where nobody is at a row, new ones come in by themselves again. */
function leave(): boolean {
  const focused = document.activeElement;
  if (focused instanceof HTMLElement && focused.closest('[role=row]') !== null) {
    focused.blur();
    selectedId.value = undefined;
    return true;
  }
  const list = lastList.peek();
  if (list.query === '') return false;
  adjust({ ...list, query: '' });
  return true;
}

export function useListKeys({ items, focused, goTo, open }: ListKeys): void {
  const last = () => items.peek().length;
  const step = (from: number, by: 1 | -1) => goTo(traceFrom(items.peek(), from, by));
  const current = () => {
    const item = items.peek()[focused];
    return item?.kind === 'trace' ? item.trace.summary.id : undefined;
  };
  const keys: [keys: string[], label: string, run: Shortcut['run']][] = [
    [['j', 'ArrowDown'], 'Next trace', () => step(focused, 1)],
    [['k', 'ArrowUp'], 'Previous trace', () => step(Math.max(focused, 0), -1)],
    [
      ['Enter'],
      'Open the trace',
      () => {
        const id = current();
        if (id === undefined) return false;
        open(id);
        return true;
      },
    ],
    [['e'], 'Next failed trace', () => goTo(traceFrom(items.peek(), focused, 1, isError))],
    [['E'], 'Previous failed trace', () => goTo(traceFrom(items.peek(), focused, -1, isError))],
    [
      ['Home'],
      'Newest trace',
      () => {
        showWaiting();
        step(-1, 1);
      },
    ],
    [['End'], 'Oldest trace', () => step(last(), -1)],
    [['PageDown'], 'A page down', () => step(Math.min(focused + PAGE_ROWS, last()) - 1, 1)],
    [['PageUp'], 'A page up', () => step(Math.max(focused - PAGE_ROWS, 0) + 1, -1)],
    [['Escape'], 'Leave the row, then the filter', leave],
    [
      ['y'],
      'Copy a link to the trace',
      () => {
        const id = current();
        if (id === undefined) return false;
        const link = hrefOf({ screen: 'trace', traceId: id, tab: 'waterfall' });
        void copyText(new URL(link, location.href).href);
        return true;
      },
    ],
  ];
  useShortcuts(keys.map(([names, label, run]) => ({ keys: names, label, group: 'Traces', run })));
}
