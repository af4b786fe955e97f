import type { ComponentChildren, JSX } from 'preact';
import { Icon, type IconName } from './icon.js';

interface ButtonProps {
  readonly onClick: (event: MouseEvent) => void;
  readonly children?: ComponentChildren;
  readonly icon?: IconName;
  readonly title?: string;
  readonly kind?: 'plain' | 'quiet' | 'primary' | 'danger';
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly class?: string;
}

export function Button(props: ButtonProps): JSX.Element {
  const { onClick, children, icon, title, kind = 'plain', pressed, disabled, class: extra } = props;
  return (
    <button
      type="button"
      class={`button button-${kind} ${extra ?? ''}`}
      title={title}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  /** Name and tooltip: an icon alone says nothing to many. */
  readonly label: string;
  /** For the tooltip: the key that does the same. */
  readonly shortcut?: string;
  readonly onClick: (event: MouseEvent) => void;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
}

export function IconButton(props: IconButtonProps): JSX.Element {
  const { icon, label, shortcut, onClick, pressed, disabled } = props;
  return (
    <button
      type="button"
      class="icon-button"
      title={shortcut === undefined ? label : `${label} (${shortcut})`}
      aria-label={label}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
