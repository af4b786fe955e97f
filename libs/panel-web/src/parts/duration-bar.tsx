import type { JSX } from 'preact';

interface DurationBarProps {
  /** From 0 to 1, of the width there is. */
  readonly share: number;
  readonly tone?: 'normal' | 'error' | 'slow';
  /** Hatched, and it grows. */
  readonly open?: boolean;
  /** A class of `theme/hues.css`, where it stands for a service. */
  readonly hue?: string;
}

/** Only to be seen: the number beside it says the same. */
export function DurationBar(props: DurationBarProps): JSX.Element {
  const { share, tone = 'normal', open = false, hue = '' } = props;
  const width = `${(Math.min(1, Math.max(0, share)) * 100).toFixed(2)}%`;
  return (
    <span class="bar-track" aria-hidden="true">
      <span class={`bar bar-${tone} ${open ? 'is-open' : ''} ${hue}`} style={{ width }} />
    </span>
  );
}
