import type { ComponentChildren, JSX } from 'preact';
import { prefer, preferences, type Preferences } from '../../state/preferences.js';
import { EditorField } from './editor-field.js';

const THEMES: readonly (readonly [Preferences['theme'], string])[] = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
];
const GROUP_FROM = { min: 2, max: 1000 };

/** Kept in this browser: nobody else sees another panel for it. */
export function PreferenceFields(): JSX.Element {
  const { theme, singleKeys, groupFrom } = preferences.value;
  return (
    <div class="settings-fields">
      <Field label="Theme" as="group">
        <span class="choice">
          {THEMES.map(([value, label]) => (
            <label key={value} class="choice-option">
              <input
                type="radio"
                name="theme"
                checked={theme === value}
                onChange={() => prefer({ theme: value })}
              />
              {label}
            </label>
          ))}
        </span>
      </Field>
      <Field
        label="Keys"
        as="group"
        note="Switch them off if you dictate, or if they get in the way. Arrows, Enter and Escape stay."
      >
        <label class="choice-option">
          <input
            type="checkbox"
            checked={singleKeys}
            onChange={(event) => prefer({ singleKeys: event.currentTarget.checked })}
          />
          Single letters are shortcuts
        </label>
      </Field>
      <Field
        label="Fold from"
        note="From this many calls of the same on, one row of a trace stands for all of them."
      >
        <input
          class="field-input field-number"
          type="number"
          min={GROUP_FROM.min}
          max={GROUP_FROM.max}
          value={groupFrom}
          onChange={(event) => {
            const wanted = Math.round(event.currentTarget.valueAsNumber);
            const valid = Number.isFinite(wanted) ? wanted : groupFrom;
            const next = Math.min(GROUP_FROM.max, Math.max(GROUP_FROM.min, valid));
            event.currentTarget.value = String(next);
            prefer({ groupFrom: next });
          }}
        />
      </Field>
      <EditorField />
    </div>
  );
}

interface FieldProps {
  readonly label: string;
  readonly note?: ComponentChildren;
  /** Several controls under one name. */
  readonly as?: 'group';
  readonly children: ComponentChildren;
}

function Field({ label, note, as, children }: FieldProps): JSX.Element {
  const content = (
    <>
      <span class="field-label">{label}</span>
      <span class="field-control">
        {children}
        {note !== undefined && <span class="field-note">{note}</span>}
      </span>
    </>
  );
  return as === 'group' ? (
    <div class="field" role="group" aria-label={label}>
      {content}
    </div>
  ) : (
    <label class="field">{content}</label>
  );
}
