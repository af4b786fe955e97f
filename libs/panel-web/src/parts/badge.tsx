import type { ComponentChildren, JSX } from 'preact';

export type Tone = 'neutral' | 'error' | 'warn' | 'ok' | 'slow' | 'n-plus-one' | 'accent';

interface BadgeProps {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children: ComponentChildren;
}

export function Badge({ tone = 'neutral', title, children }: BadgeProps): JSX.Element {
  return (
    <span class={`badge tone-${tone}`} title={title}>
      {children}
    </span>
  );
}
