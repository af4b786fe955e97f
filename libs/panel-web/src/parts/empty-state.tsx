import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon.js';

interface EmptyStateProps {
  readonly title: ComponentChildren;
  readonly icon?: IconName;
  readonly children?: ComponentChildren;
}

/** Says why there is nothing, and what to do about it. */
export function EmptyState({ title, icon, children }: EmptyStateProps): JSX.Element {
  return (
    <div class="empty">
      {icon !== undefined && <Icon name={icon} class="empty-icon" />}
      <h2 class="empty-title">{title}</h2>
      {children}
    </div>
  );
}
