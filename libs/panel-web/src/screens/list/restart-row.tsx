import type { CSSProperties, JSX } from 'preact';
import { formatTimeOfDay } from '../../format/time.js';

interface RestartRowProps {
  readonly atMs: number;
  readonly rowIndex: number;
  readonly place: CSSProperties;
}

/** What is below it, another process has recorded. */
export function RestartRow({ atMs, rowIndex, place }: RestartRowProps): JSX.Element {
  return (
    <div class="list-restart" role="row" aria-rowindex={rowIndex} style={place}>
      <span role="gridcell">process restarted {formatTimeOfDay(atMs)}</span>
    </div>
  );
}
