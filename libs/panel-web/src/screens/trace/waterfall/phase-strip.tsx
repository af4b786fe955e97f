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
  const longest = Math.max(...phases.map((phase) => (isGap(phase) ? 0 : phase.duration)));
  const zoomTo = ({ start, duration }: NestPhase) => {
    const margin = duration * 0.05;
    const window = { from: start - margin, to: start + duration + margin };
    view.zoom.value = clamped(window, view.duration.peek());
  };
  return (
    <div class="phases" role="group" aria-label="Phases of Nest">
      {phases.map((phase, at) => {
        const share = phase.duration / Math.max(1, total);
        if (isGap(phase)) {
          const text = `Between the phases: ${textOf(phase, total)}`;
          return <span key={at} class="phase-gap" style={{ flexGrow: share }} title={text} />;
        }
        return (
          <button
            key={at}
            type="button"
            class={`phase ${phase.duration === longest ? 'is-longest' : ''}`}
            style={{ flexGrow: share }}
            title={`${phase.phase}: ${textOf(phase, total)}. Click to zoom.`}
            onClick={() => zoomTo(phase)}
          >
            <span>{phase.phase}</span>
            <span class="phase-time">{formatMicros(phase.duration)}</span>
          </button>
        );
      })}
    </div>
  );
}

/** Time that Nest spends on no phase in particular: said, but not made much of. */
function isGap({ phase }: NestPhase): boolean {
  return phase === 'between';
}

function textOf({ duration, spans }: NestPhase, total: number): string {
  const text = `${formatMicros(duration)}, ${formatPercent(duration, total)}`;
  return spans === 0 ? text : `${text}, ${plural(spans, 'span')}`;
}
