import type { JSX } from 'preact';
import { formatDuration } from '../../format/duration.js';
import { plural } from '../../format/quantity.js';

const HEIGHT = 28;
const BAR = 5;
const STEP = 7;
/** So many fit beside the numbers. */
const SHOWN = 40;

/** Durations of the last exports, the newest to the right. Failed ones are red and have a foot. */
export function Sparkline({ recent }: { readonly recent: readonly number[] }): JSX.Element | null {
  if (recent.length === 0) return null;
  const shown = recent.slice(-SHOWN);
  const largest = Math.max(...shown.map(Math.abs), 0.001);
  const failed = shown.filter((ms) => ms < 0).length;
  const words = `Last ${plural(shown.length, 'export')}, up to ${formatDuration(largest)}, ${failed} failed`;
  return (
    <svg
      class="spark"
      role="img"
      aria-label={words}
      width={shown.length * STEP}
      height={HEIGHT + 4}
      viewBox={`0 0 ${shown.length * STEP} ${HEIGHT + 4}`}
    >
      <title>{words}</title>
      {shown.map((ms, index) => {
        const height = Math.max(2, (Math.abs(ms) / largest) * HEIGHT);
        return (
          <g key={index} class={ms < 0 ? 'spark-failed' : 'spark-ok'}>
            <rect x={index * STEP} y={HEIGHT - height} width={BAR} height={height} rx={1} />
            {ms < 0 && <rect x={index * STEP} y={HEIGHT + 2} width={BAR} height={2} />}
          </g>
        );
      })}
    </svg>
  );
}
