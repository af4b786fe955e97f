import type { ComponentChildren, JSX } from 'preact';
import { hrefOf, navigate, type Route } from '../app/router.js';
import { useShortcuts } from '../keyboard/use-shortcuts.js';
import { Icon } from '../parts/icon.js';

interface BackLinkProps {
  readonly to: Route;
  readonly children: ComponentChildren;
}

/** From one of many to all of them; Escape does the same. */
export function BackLink({ to, children }: BackLinkProps): JSX.Element {
  useShortcuts([{ keys: ['Escape'], label: 'Back', group: 'Everywhere', run: () => navigate(to) }]);
  return (
    <a class="page-back" href={hrefOf(to)}>
      <Icon name="left" />
      {children}
    </a>
  );
}
