import type { CSSProperties, JSX } from 'preact';
import type { TraceSummary } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { hrefOf } from '../../app/router.js';
import { formatDuration } from '../../format/duration.js';
import { hueClass } from '../../format/hue.js';
import { printableLine } from '../../format/printable.js';
import { formatCount } from '../../format/quantity.js';
import { Badge } from '../../parts/badge.js';
import { DurationBar } from '../../parts/duration-bar.js';
import { Icon } from '../../parts/icon.js';
import { Time } from '../../parts/time.js';
import { liveState } from '../../state/connection.js';
import { meta } from '../../state/meta.js';
import { now } from '../../state/now.js';
import { NoteCell } from './note-cell.js';
import {
  barShare,
  barTone,
  durationAt,
  lookOf,
  type Look,
  nameParts,
  ratioText,
  rowLabel,
  statusText,
  statusTone,
} from './trace-look.js';

interface TraceRowProps {
  readonly trace: TraceSummary;
  /** Counted from 1, with the header. */
  readonly rowIndex: number;
  readonly place: CSSProperties;
  readonly isFocused: boolean;
  /** Of a process that is gone. */
  readonly isEarlier: boolean;
  readonly longestMs: number;
  readonly onOpen: () => void;
  readonly onFocus: () => void;
}

/** The element the focus goes to. */
export function rowId(traceId: string): string {
  return `trace-${traceId}`;
}

export function TraceRow(props: TraceRowProps): JSX.Element {
  const { trace, isFocused, isEarlier } = props;
  const look = lookOf(trace);
  const [method, rest] = nameParts(trace);
  return (
    <div
      id={rowId(trace.id)}
      class={`list-row look-${look} ${isEarlier ? 'is-earlier' : ''}`}
      role="row"
      aria-rowindex={props.rowIndex}
      aria-label={printableLine(rowLabel(trace))}
      aria-selected={isFocused}
      tabIndex={isFocused ? 0 : -1}
      style={props.place}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a') === null) props.onOpen();
      }}
      onFocus={props.onFocus}
    >
      <span class="cell-state" role="gridcell">
        <State look={look} isEarlier={isEarlier} />
      </span>
      <span class="cell-time" role="gridcell">
        <Time ms={trace.startMs} />
      </span>
      <span class="cell-name" role="gridcell">
        <Icon name={trace.entry} class="entry-icon" />
        <a
          class="name-link"
          href={hrefOf({ screen: 'trace', traceId: trace.id, tab: 'waterfall' })}
          tabIndex={-1}
          title={printableLine(trace.path ?? trace.name)}
          onClick={props.onFocus}
        >
          {method !== '' && <span class="name-method">{printableLine(method)}</span>}
          <span class="clip">{printableLine(rest)}</span>
        </a>
      </span>
      <span class={`cell-status status-${statusTone(trace)}`} role="gridcell">
        {statusText(trace)}
      </span>
      <DurationCell trace={trace} isEarlier={isEarlier} longestMs={props.longestMs} />
      <span class="cell-spans" role="gridcell">
        {formatCount(trace.spans)}
      </span>
      <QueriesCell trace={trace} />
      <span class="cell-services" role="gridcell">
        {trace.services.map((service) => (
          <span key={service} class="service" title={printableLine(service)}>
            <span class={`hue-dot ${hueClass(service)}`} />
            <span class="clip">{printableLine(service)}</span>
          </span>
        ))}
      </span>
      <NoteCell trace={trace} />
    </div>
  );
}

interface StateProps {
  readonly look: Look;
  readonly isEarlier: boolean;
}

function State({ look, isEarlier }: StateProps): JSX.Element {
  if (look === 'error') return <Icon name="error" label="failed" />;
  if (look === 'open' && isEarlier) {
    return <span class="state-cut" role="img" aria-label="cut off by the restart" />;
  }
  if (look === 'open') return <span class="state-open" role="img" aria-label="in flight" />;
  return <span class="state-fine" role="img" aria-label="done" />;
}

interface DurationCellProps {
  readonly trace: TraceSummary;
  readonly isEarlier: boolean;
  readonly longestMs: number;
}

function DurationCell({ trace, isEarlier, longestMs }: DurationCellProps): JSX.Element {
  // Only rows in flight listen to the clock; of a process that is not there nobody knows how they go on.
  const isGrowing = trace.inFlight && !isEarlier && liveState.value !== 'disconnected';
  const duration = isGrowing ? durationAt(trace, now.value) : trace.durationMs;
  const ratio = ratioText(trace);
  const tone = barTone(trace, meta.value?.slowMs ?? 0);
  return (
    <span class="cell-duration" role="gridcell">
      <span class="duration-value" title={trace.inFlight ? 'so far' : undefined}>
        {formatDuration(duration)}
      </span>
      <DurationBar share={barShare(duration, longestMs)} tone={tone} open={isGrowing} />
      {ratio !== undefined && (
        <span
          class={`duration-ratio ratio-${tone}`}
          title={`${ratio.slice(1)} times the median of this route`}
        >
          {ratio}
        </span>
      )}
    </span>
  );
}

function QueriesCell({ trace }: { readonly trace: TraceSummary }): JSX.Element {
  return (
    <span class="cell-queries" role="gridcell">
      <span class="query-count">{trace.queries > 0 ? formatCount(trace.queries) : ''}</span>
      {trace.nPlusOne > 0 && (
        <Badge tone="n-plus-one" title="The same query again and again, one by one">
          N+1
        </Badge>
      )}
      {trace.fanOut > 0 && (
        <Badge tone="accent" title="The same query many times, side by side">
          fan-out
        </Badge>
      )}
      {trace.slowQueries > 0 && (
        <Badge tone="slow" title="Slow queries">
          slow
        </Badge>
      )}
    </span>
  );
}
