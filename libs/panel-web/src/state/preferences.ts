import { effect, signal, type Signal } from '@preact/signals';

/** Kept in this browser. */
export interface Preferences {
  readonly theme: 'system' | 'dark' | 'light';
  readonly singleKeys: boolean;
  /** From so many siblings on that do the same, they are shown as one row. */
  readonly groupFrom: number;
  /** Scheme of the links to the editor; empty takes that of the server. */
  readonly editor: string;
}

const KEY = 'nestrace-panel-preferences';

const DEFAULTS: Preferences = { theme: 'system', singleKeys: true, groupFrom: 5, editor: '' };

export const preferences: Signal<Preferences> = signal(read());

export function prefer(change: Partial<Preferences>): void {
  preferences.value = { ...preferences.peek(), ...change };
}

/** Writes them whenever they change. Returns what ends it. */
export function keepPreferences(): () => void {
  return effect(() => {
    const text = JSON.stringify(preferences.value);
    try {
      localStorage.setItem(KEY, text);
    } catch {
      // Storage may be forbidden; they last as long as the page then.
    }
  });
}

function read(): Preferences {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '{}');
    return sanitized(kept as Partial<Record<keyof Preferences, unknown>>);
  } catch {
    return DEFAULTS;
  }
}

/** What another version or a person has put there must not break this one. */
function sanitized(kept: Partial<Record<keyof Preferences, unknown>>): Preferences {
  const { theme, singleKeys, groupFrom, editor } = kept;
  return {
    theme: theme === 'dark' || theme === 'light' ? theme : DEFAULTS.theme,
    singleKeys: typeof singleKeys === 'boolean' ? singleKeys : DEFAULTS.singleKeys,
    groupFrom: typeof groupFrom === 'number' && groupFrom >= 2 ? groupFrom : DEFAULTS.groupFrom,
    editor: typeof editor === 'string' ? editor : DEFAULTS.editor,
  };
}
