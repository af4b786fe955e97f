import type { JSX } from 'preact';
import { formatAgo, formatDateTime } from '../format/time.js';
import { now } from '../state/now.js';

/** How long ago, and exactly when in its title. */
export function Time({ ms }: { readonly ms: number }): JSX.Element {
  return (
    <time class="time" dateTime={new Date(ms).toISOString()} title={formatDateTime(ms)}>
      {formatAgo(ms, now.value)}
    </time>
  );
}
