import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { VirtualList } from '../../../parts/virtual-list.js';
import { isFold, rowOfEntry, type Entry } from '../model/entry.js';
import type { TraceView } from '../model/trace-view.js';
import { layout } from '../trace-layout.js';
import { StillRow } from './still-row.js';
import { gridLines, HEAD_HEIGHT, WaterfallHead } from './waterfall-head.js';

const ROW_HEIGHT = 26;
const COLUMNS = 4;
/** Pixels that a moment of the axis needs. */
const TICK_WIDTH = 84;

interface WaterfallProps {
  readonly view: TraceView;
  /** The span in the drawer. */
  readonly selected: string | undefined;
  readonly find: string;
  readonly onOpen: (entry: Entry) => void;
}

/** The spans as a tree beside their times. */
export function Waterfall({ view, selected, find, onOpen }: WaterfallProps): JSX.Element {
  const { name, service, duration, critical } = layout.value;
  const { entries } = view.visible.value;
  const { spans } = view.detail.value;
  const { rowOf } = view.index.value;
  const keyOf = (entry: Entry) => {
    const row = rowOfEntry(entry);
    const id = spans.id[row] ?? '';
    // Ids may come twice, keys must not.
    const unique = rowOf.get(id) === row ? id : `${id} ${row}`;
    return isFold(entry) ? `fold ${unique}` : unique;
  };
  const box = useRef<HTMLDivElement>(null);
  const [ticks, setTicks] = useState(6);
  useLayoutEffect(() => {
    const axis = box.current?.querySelector('.wf-axis');
    if (!axis) return undefined;
    const observer = new ResizeObserver(() =>
      setTicks(Math.max(2, Math.floor(axis.clientWidth / TICK_WIDTH))),
    );
    observer.observe(axis);
    return () => observer.disconnect();
  }, []);
  const widths = {
    '--wf-name': `${name}px`,
    '--wf-service': `${service}px`,
    '--wf-duration': `${duration}px`,
  };
  return (
    <div class="wf" ref={box} style={{ ...widths, ...gridLines(view, ticks) }}>
      <VirtualList
        class="wf-list"
        role="treegrid"
        label="Spans"
        items={entries}
        rowHeight={ROW_HEIGHT}
        keyOf={keyOf}
        focused={view.cursorLine.value}
        reveal={view.moves.value}
        columnCount={COLUMNS}
        header={<WaterfallHead view={view} ticks={ticks} />}
        headerHeight={HEAD_HEIGHT}
        renderRow={(entry, line, place) => (
          <StillRow
            view={view}
            entry={entry}
            line={line}
            place={place}
            selected={selected}
            critical={critical === 1}
            find={find}
            onOpen={onOpen}
          />
        )}
      />
    </div>
  );
}
