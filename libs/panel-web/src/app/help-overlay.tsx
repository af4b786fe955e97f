import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { activeShortcuts, type Shortcut } from '../keyboard/shortcuts.js';
import { IconButton } from '../parts/button.js';
import { Legend } from './legend.js';

/** A modal dialog of the browser: it keeps the focus inside and gives it back. */
export function HelpOverlay({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const groups = grouped(distinct(activeShortcuts()));
  return (
    <dialog
      class="help"
      ref={dialog}
      aria-labelledby="help-title"
      onClose={onClose}
      onKeyDown={(event) => {
        if (event.key === '?') dialog.current?.close();
        event.stopPropagation();
      }}
    >
      <div class="help-head">
        <h2 id="help-title">Keys and legend</h2>
        <IconButton icon="close" label="Close" onClick={() => dialog.current?.close()} />
      </div>
      <div class="help-body">
        {[...groups].map(([group, shortcuts]) => (
          <section class="help-group" key={group}>
            <h3>{group}</h3>
            {shortcuts.map((shortcut) => (
              <div class="help-line" key={shortcut.label}>
                <span>{shortcut.label}</span>
                <span class="help-keys">
                  {shortcut.keys.map((key) => (
                    <kbd key={key}>{keyName(key)}</kbd>
                  ))}
                </span>
              </div>
            ))}
          </section>
        ))}
        <Legend />
      </div>
    </dialog>
  );
}

const KEY_NAMES: Readonly<Record<string, string>> = {
  ArrowDown: '↓',
  ArrowUp: '↑',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
};

function keyName(key: string): string {
  return KEY_NAMES[key] ?? key;
}

/** What a screen says of a key replaces what is said everywhere. */
function distinct(shortcuts: readonly Shortcut[]): Shortcut[] {
  return [...new Map(shortcuts.map((one) => [`${one.group} ${one.label}`, one])).values()];
}

function grouped(shortcuts: readonly Shortcut[]): Map<string, Shortcut[]> {
  const groups = new Map<string, Shortcut[]>();
  for (const shortcut of shortcuts) {
    const others = groups.get(shortcut.group);
    if (others === undefined) groups.set(shortcut.group, [shortcut]);
    else others.push(shortcut);
  }
  return groups;
}
