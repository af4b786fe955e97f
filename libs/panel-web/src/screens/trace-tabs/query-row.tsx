import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { TraceQuery } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatMicros } from '../../format/duration.js';
import { formatCount } from '../../format/quantity.js';
import { Text } from '../../parts/text.js';
import type { RowPlace } from '../../parts/virtual-list.js';
import { SqlLine } from '../../sql-text/sql-code.js';
import { QueryBadges } from './query-badges.js';

interface QueryRowProps {
  readonly query: TraceQuery;
  readonly index: number;
  readonly place: RowPlace;
  readonly traceMicros: number;
  readonly selected: boolean;
  /** It is the one that Tab leads to. */
  readonly reachable: boolean;
  readonly onSelect: () => void;
  readonly onOpen: () => void;
}

export function QueryRow(props: QueryRowProps): JSX.Element {
  const { query, index, place, traceMicros, selected, reachable, onSelect, onOpen } = props;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (selected) element.current?.focus({ preventScroll: true });
  }, [selected]);
  return (
    <div
      ref={element}
      class="query-row"
      role="row"
      style={place}
      tabIndex={reachable ? 0 : -1}
      aria-rowindex={index + 2}
      aria-selected={selected}
      onClick={onSelect}
      onDblClick={onOpen}
    >
      <span role="gridcell" class="number faint">
        {index + 1}
      </span>
      <span role="gridcell" class="query-text">
        <SqlLine text={query.text} />
        <QueryBadges query={query} />
      </span>
      <span role="gridcell" class="clip soft is-extra">
        <Text value={query.caller} line />
      </span>
      <span role="gridcell" class="number soft is-extra">
        {query.rows === undefined ? '–' : formatCount(query.rows)}
      </span>
      <span role="gridcell" class="number">
        {formatMicros(query.duration)}
      </span>
      <span
        role="gridcell"
        class="query-axis"
        aria-label={`starts at ${formatMicros(query.start)}`}
      >
        <span class={`query-bar ${barClass(query)}`} style={barPlace(query, traceMicros)} />
      </span>
    </div>
  );
}

function barClass({ error, repeat, slow, open }: TraceQuery): string {
  if (error !== undefined) return 'is-error';
  if (slow) return 'is-slow';
  if (repeat === 'n+1') return 'is-n-plus-one';
  return open ? 'bar is-open' : '';
}

/** On the axis of the whole trace, so that gaps between queries can be seen. */
export function barPlace(
  { start, duration }: Pick<TraceQuery, 'start' | 'duration'>,
  traceMicros: number,
): { left: string; width: string } {
  const share = (micros: number) =>
    Math.min(100, Math.max(0, (micros / Math.max(traceMicros, 1)) * 100));
  const left = share(start);
  return {
    left: `${left.toFixed(2)}%`,
    width: `${Math.min(share(duration), 100 - left).toFixed(2)}%`,
  };
}
