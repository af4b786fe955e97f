import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon.js';

interface EmptyStateProps {
  readonly title: ComponentChildren;
  readonly icon?: IconName;
  /** Of the whole screen, where nothing else names it; only for screen readers. */
  readonly heading?: string;
  readonly children?: ComponentChildren;
}

/** Says why there is nothing, and what to do about it. */
export function EmptyState({ title, icon, heading, children }: EmptyStateProps): JSX.Element {
  return (
    <div class="empty">
      {heading !== undefined && <h1 class="only-read">{heading}</h1>}
      {icon !== undefined && <Icon name={icon} class="empty-icon" />}
      <h2 class="empty-title">{title}</h2>
      {children}
    </div>
  );
}
