import type { JSX } from 'preact';
import type { NestPhase } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatMicros } from '../../../format/duration.js';
import { formatPercent, plural } from '../../../format/quantity.js';
import { clamped } from '../model/time-window.js';
import type { TraceView } from '../model/trace-view.js';

/** How long each part of Nest took. A click shows only that time. */
export function PhaseStrip({ view }: { readonly view: TraceView }): JSX.Element | null {
  const { phases } = view.detail.value;
  if (phases.length === 0) return null;
  const total = phases.reduce((sum, { duration }) => sum + duration, 0);
  const longest = Math.max(...phases.map(({ duration }) => duration));
  const zoomTo = ({ start, duration }: NestPhase) => {
    const margin = duration * 0.05;
    const window = { from: start - margin, to: start + duration + margin };
    view.zoom.value = clamped(window, view.duration.peek());
  };
  return (
    <div class="phases" role="group" aria-label="Phases of Nest">
      {phases.map((phase, at) => (
        <button
          key={at}
          type="button"
          class={`phase phase-${phase.phase.replace(' ', '-')} ${phase.duration === longest ? 'is-longest' : ''}`}
          style={{ flexGrow: String(Math.max(1, (phase.duration / Math.max(1, total)) * 1000)) }}
          title={`${phase.phase}: ${formatMicros(phase.duration)}, ${formatPercent(phase.duration, total)}${
            phase.spans > 0 ? `, ${plural(phase.spans, 'span')}` : ''
          }. Click to zoom.`}
          onClick={() => zoomTo(phase)}
        >
          <span class="phase-name">{phase.phase}</span>
          <span class="phase-time">{formatMicros(phase.duration)}</span>
        </button>
      ))}
    </div>
  );
}
