import type { ComponentChildren, JSX } from 'preact';
import { Icon } from './icon.js';

interface BannerProps {
  readonly tone: 'info' | 'warn' | 'error';
  readonly children: ComponentChildren;
  /** Buttons at its end. */
  readonly actions?: ComponentChildren;
}

export function Banner({ tone, children, actions }: BannerProps): JSX.Element {
  return (
    <div class={`banner banner-${tone}`} role={tone === 'error' ? 'alert' : 'status'}>
      <Icon name={tone === 'info' ? 'info' : 'warn'} />
      <div class="banner-text">{children}</div>
      {actions}
    </div>
  );
}
