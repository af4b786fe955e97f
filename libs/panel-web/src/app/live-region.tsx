import type { JSX } from 'preact';
import { announcement } from '../state/announce.js';

/** The one place screen readers are told from. */
export function LiveRegion(): JSX.Element {
  return (
    <div class="only-read" role="status" aria-live="polite">
      {announcement}
    </div>
  );
}
