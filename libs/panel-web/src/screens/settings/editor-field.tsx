import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { linkFor } from '../../editor/editor-link.js';
import { meta } from '../../state/meta.js';
import { prefer, preferences } from '../../state/preferences.js';
import { EDITORS } from './editors.js';

const OWN = 'own';

/** The editor that frames of a stack open in. */
export function EditorField(): JSX.Element {
  const { editor } = preferences.value;
  const isKnown = editor === '' || EDITORS.some(([, template]) => template === editor);
  const [own, setOwn] = useState(!isKnown);
  const fromServer = meta.value?.editor ?? '';
  const isBad = editor !== '' && linkFor(editor, '/app/main.ts', 1) === undefined;
  const choose = (value: string) => {
    setOwn(value === OWN);
    if (value !== OWN) prefer({ editor: value });
  };
  return (
    <div class="field" role="group" aria-label="Editor">
      <span class="field-label">Editor</span>
      <span class="field-control">
        <select
          class="field-input"
          aria-label="Editor"
          value={own ? OWN : editor}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="">
            As the server says{fromServer !== '' && ` (${schemeOf(fromServer)})`}
          </option>
          {EDITORS.map(([name, template]) => (
            <option key={name} value={template}>
              {name}
            </option>
          ))}
          <option value={OWN}>Another one…</option>
        </select>
        {own && (
          <input
            class="field-input field-wide mono"
            type="text"
            aria-label="Address that opens the editor"
            aria-invalid={isBad}
            placeholder="vscode://file/{path}:{line}:{column}"
            spellcheck={false}
            value={editor}
            onInput={(event) => prefer({ editor: event.currentTarget.value.trim() })}
          />
        )}
        <span class={`field-note ${isBad ? 'is-bad' : ''}`}>
          {isBad
            ? 'It has to begin with the scheme of an editor, such as vscode://'
            : 'Frames of a stack open in it. The panel itself opens no files.'}
        </span>
      </span>
    </div>
  );
}

const schemeOf = (template: string) => template.split(':')[0] ?? '';
