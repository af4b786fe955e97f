import type { JSX } from 'preact';
import { SPAN_FLAG } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatMicros } from '../../../format/duration.js';
import { printableLine } from '../../../format/printable.js';
import { hueClass } from '../../../format/hue.js';
import { barShape, pieceOf, placed, type Piece } from '../model/bar-shape.js';
import type { RowFacts } from '../model/row-facts.js';
import { mergedTimes, selfTimes, type Spans } from '../model/self-time.js';
import { hasChildren } from '../model/trace-index.js';
import type { TimeWindow } from '../model/time-window.js';
import type { TraceView } from '../model/trace-view.js';

/** What is narrower than this part of the width is not drawn by itself. */
const FINEST = 0.0015;
const MOST_TICKS = 40;

interface TimelineCellProps {
  readonly view: TraceView;
  readonly facts: RowFacts;
  readonly critical: boolean;
}

/** Only to be seen: the name of the row says all of it. */
export function TimelineCell({ view, facts, critical }: TimelineCellProps): JSX.Element {
  const { row, members, flags, service } = facts;
  const window = view.window.value;
  const isMissing = (flags & SPAN_FLAG.placeholder) !== 0;
  const tone = flags & SPAN_FLAG.error ? 'is-error' : flags & SPAN_FLAG.slow ? 'is-slow' : '';
  return (
    <div class={`wf-time ${hueClass(service)} ${tone}`} role="gridcell">
      <span class="wf-track" aria-hidden="true">
        {isMissing ? null : members === undefined ? (
          <SpanBar view={view} row={row} window={window} flags={flags} critical={critical} />
        ) : (
          <FoldBar
            times={mergedTimes(view.detail.value.spans, members, finest(window))}
            window={window}
          />
        )}
        {(members ?? [row]).slice(0, MOST_TICKS).map((at) => (
          <Ticks key={at} view={view} row={at} window={window} />
        ))}
      </span>
    </div>
  );
}

interface SpanBarProps {
  readonly view: TraceView;
  readonly row: number;
  readonly window: TimeWindow;
  readonly flags: number;
  readonly critical: boolean;
}

function SpanBar({ view, row, window, flags, critical }: SpanBarProps): JSX.Element {
  const { spans } = view.detail.value;
  const index = view.index.value;
  const times = (at: number) => ({ start: spans.start[at] ?? 0, end: view.endOf(at) });
  const above = index.parent[row] ?? -1;
  const aboveFlags = spans.flags[above] ?? 0;
  const bounded = above !== -1 && (aboveFlags & SPAN_FLAG.placeholder) === 0;
  const { within, before, after } = barShape(
    times(row),
    bounded ? times(above) : undefined,
    window,
  );
  const isOpen = (flags & SPAN_FLAG.open) !== 0;
  const isParent = hasChildren(index, row);
  const own = isParent && !isOpen ? selfTimes(spans, index, row) : [];
  const title = `from ${formatMicros(spans.start[row] ?? 0)}, self ${formatMicros(spans.self[row] ?? 0)}`;
  if (before === undefined && within === undefined && after === undefined) {
    return <Beyond isLater={(spans.start[row] ?? 0) >= window.to} />;
  }
  return (
    <>
      {before && <span class="wf-thin" style={placed(before)} title="before its parent" />}
      {within && (
        <span
          class={`wf-bar ${isParent ? 'is-parent' : ''} ${isOpen ? 'is-open' : ''}`}
          style={placed(within)}
          title={title}
        />
      )}
      {within &&
        pieces(own, window).map((piece) => (
          <span key={piece.left} class="wf-self" style={placed(piece)} />
        ))}
      {after && <span class="wf-thin" style={placed(after)} title="after its parent had ended" />}
      {critical && (flags & SPAN_FLAG.critical) !== 0 && within && (
        <span class="wf-critical" style={placed(within)} />
      )}
    </>
  );
}

/** Zoomed in, a row without a bar says on which side it is. */
function Beyond({ isLater }: { readonly isLater: boolean }): JSX.Element {
  return <span class={`wf-beyond ${isLater ? 'is-later' : ''}`}>{isLater ? '›' : '‹'}</span>;
}

function FoldBar({ times, window }: { readonly times: Spans; readonly window: TimeWindow }) {
  const all = pieceOf(times[0] ?? 0, times.at(-1) ?? 0, window);
  if (all === undefined) return <Beyond isLater={(times[0] ?? 0) >= window.to} />;
  return (
    <>
      <span class="wf-bar is-parent" style={placed(all)} />
      {pieces(times, window).map((piece) => (
        <span key={piece.left} class="wf-self" style={placed(piece)} />
      ))}
    </>
  );
}

function Ticks(props: {
  readonly view: TraceView;
  readonly row: number;
  readonly window: TimeWindow;
}) {
  const { view, row, window } = props;
  const ticks = view.index.value.ticks.get(row);
  if (ticks === undefined) return null;
  return (
    <>
      {ticks.slice(0, MOST_TICKS).map((tick, at) => {
        const piece = pieceOf(tick.at, tick.at, window);
        if (piece === undefined) return null;
        return (
          <span
            key={at}
            class={`wf-tick ${tick.isError ? 'is-error' : ''}`}
            style={{ left: placed(piece).left }}
            title={`${printableLine(tick.name)} at ${formatMicros(tick.at)}`}
          />
        );
      })}
    </>
  );
}

const finest = (window: TimeWindow) => (window.to - window.from) * FINEST;

/** Those of the window that are wide enough to be seen. */
function pieces(times: Spans, window: TimeWindow): readonly Piece[] {
  const found: Piece[] = [];
  for (let at = 0; at + 1 < times.length; at += 2) {
    const piece = pieceOf(times[at] ?? 0, times[at + 1] ?? 0, window);
    if (piece !== undefined && piece.width >= FINEST) found.push(piece);
  }
  return found;
}
