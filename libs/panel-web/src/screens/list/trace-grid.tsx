import type { CSSProperties, JSX } from 'preact';
import { useComputed, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { navigate } from '../../app/router.js';
import { plural } from '../../format/quantity.js';
import { Icon } from '../../parts/icon.js';
import { VirtualList } from '../../parts/virtual-list.js';
import { announce } from '../../state/announce.js';
import { meta } from '../../state/meta.js';
import type { ListedTrace } from '../../state/trace-book.js';
import { book, showWaiting, waitingCount } from '../../state/traces.js';
import { listItems, type ListItem } from './list-items.js';
import { RestartRow } from './restart-row.js';
import { selectedId } from './selection.js';
import { BAR_SCALE } from './trace-look.js';
import { rowId, TraceRow } from './trace-row.js';
import { useBusy } from './use-busy.js';
import { useListKeys } from './use-list-keys.js';

const ROW_HEIGHT = 34;
const HEADER_HEIGHT = 30;
const COLUMNS = [
  ['cell-state', ''],
  ['cell-time', 'Age'],
  ['cell-name', 'Trace'],
  ['cell-status', 'Status'],
  ['cell-duration', 'Duration'],
  ['cell-spans', 'Spans'],
  ['cell-queries', 'SQL'],
  ['cell-services', 'Services'],
  ['cell-note', 'Note'],
] as const;

export function TraceGrid(): JSX.Element {
  const items = useComputed(() => listItems(book.value, meta.value?.startedAt));
  const longestMs = useComputed(() => longestOf(book.value.shown));
  // Moving to a row gives it the focus; that the list grows does not.
  const focusRequest = useSignal(selectedId.peek() === undefined ? 0 : 1);
  const scrollTop = useSignal(0);
  const busy = useBusy(scrollTop);
  const focused = items.value.findIndex(
    (item) => item.kind === 'trace' && item.trace.summary.id === selectedId.value,
  );
  const goTo = (index: number) => {
    const item = items.peek()[index];
    if (item?.kind !== 'trace') return;
    selectedId.value = item.trace.summary.id;
    focusRequest.value += 1;
  };
  useListKeys({ items, focused, goTo, open });
  useEffect(() => {
    const id = selectedId.peek();
    if (focusRequest.value === 0 || id === undefined) return;
    document.getElementById(rowId(id))?.focus({ preventScroll: true });
  }, [focusRequest.value]);
  useAnnouncedNews();

  const renderRow = (item: ListItem, index: number, place: CSSProperties) => {
    const rowIndex = index + 2;
    if (item.kind === 'restart') {
      return <RestartRow atMs={item.atMs} rowIndex={rowIndex} place={place} />;
    }
    const { summary, bootId } = item.trace;
    return (
      <TraceRow
        trace={summary}
        rowIndex={rowIndex}
        place={place}
        isFocused={index === Math.max(focused, 0)}
        isEarlier={bootId !== book.value.bootId}
        longestMs={longestMs.value}
        onOpen={() => open(summary.id)}
        onFocus={() => (selectedId.value = summary.id)}
      />
    );
  };
  return (
    <div class="list-body" {...busy}>
      <NewTraces onShow={() => (scrollTop.value = 0)} />
      <VirtualList
        class="list-grid"
        role="grid"
        label="Traces, the newest first"
        items={items.value}
        rowHeight={ROW_HEIGHT}
        headerHeight={HEADER_HEIGHT}
        columnCount={COLUMNS.length}
        focused={focused}
        reveal={focusRequest.value}
        keyOf={keyOf}
        renderRow={renderRow}
        onScroll={(top) => (scrollTop.value = top)}
        header={<Header />}
      />
    </div>
  );
}

function open(traceId: string): void {
  selectedId.value = traceId;
  navigate({ screen: 'trace', traceId, tab: 'waterfall' });
}

/** One that hangs for minutes makes the bars of all others no shorter. */
function longestOf(shown: readonly ListedTrace[]): number {
  return shown.reduce(
    (longest, { summary }) => (summary.inFlight ? longest : Math.max(longest, summary.durationMs)),
    0,
  );
}

function keyOf(item: ListItem): string {
  return item.kind === 'trace' ? item.trace.summary.id : `restart-${item.bootId}`;
}

function Header(): JSX.Element {
  return (
    <div class="list-row list-header grid-head" role="row" aria-rowindex={1}>
      {COLUMNS.map(([name, label]) => (
        <span
          key={name}
          class={name}
          role="columnheader"
          title={name === 'cell-duration' ? BAR_SCALE : undefined}
        >
          {label === '' ? <span class="only-read">State</span> : label}
        </span>
      ))}
    </div>
  );
}

function NewTraces({ onShow }: { readonly onShow: () => void }): JSX.Element | null {
  const count = waitingCount.value;
  if (count === 0) return null;
  const show = () => {
    showWaiting();
    document.querySelector('.list-grid')?.scrollTo({ top: 0 });
    onShow();
  };
  return (
    <button type="button" class="list-new" onClick={show}>
      {count} new
      <Icon name="up" />
    </button>
  );
}

function useAnnouncedNews(): void {
  const count = waitingCount.value;
  useEffect(() => {
    if (count > 0) announce(plural(count, 'new trace'));
  }, [count]);
}
