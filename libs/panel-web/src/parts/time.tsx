import type { JSX } from 'preact';
import { formatAgo, formatDateTime } from '../format/time.js';
import { now } from '../state/now.js';

interface TimeProps {
  readonly ms: number;
  /** Says so, where no column is called `Age`. */
  readonly ago?: boolean;
}

/** How long ago, and exactly when in its title. */
export function Time({ ms, ago = false }: TimeProps): JSX.Element {
  const text = formatAgo(ms, now.value);
  return (
    <time class="time" dateTime={new Date(ms).toISOString()} title={formatDateTime(ms)}>
      {ago && text !== 'now' ? `${text} ago` : text}
    </time>
  );
}
