import type { ComponentChildren, JSX, Ref, AriaAttributes, TargetedKeyboardEvent } from 'preact';
import { Icon } from './icon.js';

interface SearchFieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly label: string;
  readonly placeholder?: string;
  /** `/`, shown at the end while it is empty. */
  readonly hint?: string;
  readonly inputRef?: Ref<HTMLInputElement>;
  readonly onKeyDown?: (event: TargetedKeyboardEvent<HTMLInputElement>) => void;
  readonly onFocus?: () => void;
  readonly onBlur?: () => void;
  readonly invalid?: boolean;
  /** More attributes of the input, for a list of suggestions. */
  readonly aria?: AriaAttributes & { readonly role?: 'combobox' };
  /** Behind the text: counts, buttons. */
  readonly children?: ComponentChildren;
}

/** Escape empties it first, and leaves it then. */
export function SearchField(props: SearchFieldProps): JSX.Element {
  const { value, onInput, label, placeholder, hint, invalid, aria, children } = props;
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>) => {
    props.onKeyDown?.(event);
    if (event.defaultPrevented || event.key !== 'Escape') return;
    event.preventDefault();
    if (value === '') event.currentTarget.blur();
    else onInput('');
  };
  return (
    <div class={`search ${invalid ? 'is-invalid' : ''}`}>
      <Icon name="search" />
      <input
        class="search-input"
        type="text"
        ref={props.inputRef ?? null}
        value={value}
        aria-label={label}
        aria-invalid={invalid}
        placeholder={placeholder}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        maxLength={500}
        onInput={(event) => onInput(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onFocus={props.onFocus}
        onBlur={props.onBlur}
        {...aria}
      />
      {value === '' && hint !== undefined && <kbd class="search-hint">{hint}</kbd>}
      {children}
      {value !== '' && (
        <button
          type="button"
          class="search-clear"
          aria-label="Clear"
          title="Clear (Esc)"
          onClick={() => onInput('')}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
