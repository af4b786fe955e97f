import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { TraceSql } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { useShortcuts } from '../../keyboard/use-shortcuts.js';
import { VirtualList } from '../../parts/virtual-list.js';
import { QueryDetail } from './query-detail.js';
import { QueryRow } from './query-row.js';

interface QueryListProps {
  readonly sql: TraceSql;
  readonly traceMicros: number;
  readonly onSelectSpan: (spanId: string) => void;
}

const ROW_HEIGHT = 30;
const GROUP = 'SQL of a trace';

/** In the order they began; below, the whole text of the one that is selected. */
export function QueryList({ sql, traceMicros, onSelectSpan }: QueryListProps): JSX.Element {
  const { queries } = sql;
  const [selected, setSelected] = useState(-1);
  const query = queries[selected];
  const select = (index: number) => {
    setSelected(Math.max(0, Math.min(queries.length - 1, index)));
  };
  useShortcuts([
    {
      keys: ['j', 'ArrowDown'],
      label: 'Next query',
      group: GROUP,
      run: () => select(selected + 1),
    },
    {
      keys: ['k', 'ArrowUp'],
      label: 'Previous query',
      group: GROUP,
      run: () => select(selected - 1),
    },
    { keys: ['Home'], label: 'First query', group: GROUP, run: () => select(0) },
    { keys: ['End'], label: 'Last query', group: GROUP, run: () => select(queries.length - 1) },
    {
      keys: ['Enter'],
      label: 'Show its span',
      group: GROUP,
      run: () => {
        if (query === undefined) return false;
        onSelectSpan(query.spanId);
        return true;
      },
    },
    {
      keys: ['Escape'],
      label: 'Close the query',
      group: GROUP,
      run: () => {
        if (query === undefined) return false;
        setSelected(-1);
        return true;
      },
    },
  ]);
  return (
    <>
      <VirtualList
        class="query-list"
        role="grid"
        label="Queries"
        items={queries}
        rowHeight={ROW_HEIGHT}
        keyOf={({ row }) => row}
        focused={selected}
        reveal={selected}
        header={<QueryHead />}
        headerHeight={ROW_HEIGHT}
        renderRow={(item, index, place) => (
          <QueryRow
            query={item}
            index={index}
            place={place}
            traceMicros={traceMicros}
            selected={index === selected}
            reachable={index === Math.max(0, selected)}
            onSelect={() => select(index)}
            onOpen={() => onSelectSpan(item.spanId)}
          />
        )}
      />
      {query !== undefined && (
        <QueryDetail query={query} onSelectSpan={onSelectSpan} onClose={() => setSelected(-1)} />
      )}
    </>
  );
}

function QueryHead(): JSX.Element {
  return (
    <div class="query-head grid-head" role="row">
      <span role="columnheader" class="number">
        #
      </span>
      <span role="columnheader">Statement</span>
      <span role="columnheader" class="is-extra">
        Called by
      </span>
      <span role="columnheader" class="number is-extra">
        Rows
      </span>
      <span role="columnheader" class="number">
        Duration
      </span>
      <span role="columnheader">Timeline</span>
    </div>
  );
}
