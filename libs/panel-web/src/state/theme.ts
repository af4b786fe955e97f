import { effect } from '@preact/signals';
import { prefer, preferences, type Preferences } from './preferences.js';

const ORDER: readonly Preferences['theme'][] = ['system', 'light', 'dark'];

/** `system` sets nothing: the style sheet asks the browser then. Returns what ends it. */
export function applyTheme(): () => void {
  return effect(() => {
    const { theme } = preferences.value;
    if (theme === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  });
}

export function nextTheme(): void {
  const index = ORDER.indexOf(preferences.peek().theme);
  prefer({ theme: ORDER[(index + 1) % ORDER.length] ?? 'system' });
}
