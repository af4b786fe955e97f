import type { JSX } from 'preact';
import { formatMicros } from '../../../format/duration.js';
import { Splitter } from '../../../parts/splitter.js';
import { axisTicks } from '../model/time-window.js';
import type { TraceView } from '../model/trace-view.js';
import { arrange, layout, LIMITS, type TraceLayout } from '../trace-layout.js';

export const HEAD_HEIGHT = 28;

interface WaterfallHeadProps {
  readonly view: TraceView;
  /** As many moments as there is room for. */
  readonly ticks: number;
}

/** Names of the columns, lines between them that can be dragged, and the axis of the time. */
export function WaterfallHead({ view, ticks }: WaterfallHeadProps): JSX.Element {
  const window = view.window.value;
  const length = window.to - window.from;
  return (
    <div class="wf-head" role="row" aria-rowindex={1}>
      <div class="wf-column" role="columnheader">
        <span class="clip">Name</span>
        <Edge column="name" label="Width of the names" />
      </div>
      <div class="wf-column wf-service" role="columnheader">
        <span class="clip">Service</span>
        <Edge column="service" label="Width of the services" />
      </div>
      <div class="wf-column wf-duration" role="columnheader">
        <span class="clip">Duration</span>
        <Edge column="duration" label="Width of the durations" />
      </div>
      <div class="wf-column wf-axis" role="columnheader" aria-label="Timeline">
        {axisTicks(window, ticks).map((at) => {
          const left = (at - window.from) / length;
          // The last one would be cut off at the edge.
          if (left > 1 - 0.5 / ticks) return null;
          return (
            <span key={at} class="wf-axis-tick" style={{ left: `${left * 100}%` }}>
              {at === 0 ? '0' : formatMicros(at)}
            </span>
          );
        })}
      </div>
    </div>
  );
}

interface EdgeProps {
  readonly column: keyof TraceLayout;
  readonly label: string;
}

function Edge({ column, label }: EdgeProps): JSX.Element {
  const [min, max] = LIMITS[column];
  return (
    <Splitter
      label={label}
      value={layout.value[column]}
      min={min}
      max={max}
      onChange={(value) => arrange({ [column]: value })}
    />
  );
}

/** Lines behind the rows at the moments of the axis, as custom properties for the style sheet. */
export function gridLines(view: TraceView, ticks: number): Record<string, string> {
  const { from, to } = view.window.value;
  const [first = 0, second = to] = axisTicks({ from, to }, ticks);
  const size = Math.min(0.999, (second - first) / (to - from));
  const offset = (first - from) / (to - from);
  return {
    '--wf-grid': `${size * 100}%`,
    // A position in percent counts what is left beside the image, not the whole width.
    '--wf-grid-at': `${(offset / (1 - size)) * 100}%`,
  };
}
