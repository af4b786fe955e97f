import type { JSX } from 'preact';
import { printableLine } from '../../format/printable.js';
import type { Suggestion } from './suggestions.js';

export const LIST_ID = 'filter-suggestions';

export function optionId(index: number): string {
  return `${LIST_ID}-${index}`;
}

interface Props {
  readonly options: readonly Suggestion[];
  readonly active: number;
  readonly onAccept: (option: Suggestion) => void;
}

export function FilterSuggestions({ options, active, onAccept }: Props): JSX.Element {
  return (
    <ul class="filter-options" id={LIST_ID} role="listbox" aria-label="Suggestions">
      {options.map((option, index) => (
        <li
          key={option.text}
          id={optionId(index)}
          class="filter-option"
          role="option"
          aria-selected={index === active}
          onPointerDown={(event) => {
            // The field would lose the focus, and the list go, before the click.
            event.preventDefault();
            onAccept(option);
          }}
        >
          <span class="mono clip">{printableLine(option.text)}</span>
          <span class="faint">{option.hint}</span>
        </li>
      ))}
    </ul>
  );
}
