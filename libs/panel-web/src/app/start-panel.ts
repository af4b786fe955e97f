import { effect } from '@preact/signals';
import { takeToken } from '../api/token.js';
import { allowSingleKeys, listenForShortcuts } from '../keyboard/shortcuts.js';
import { changeFilter, startFeed } from '../live/feed.js';
import { liveState } from '../state/connection.js';
import { loadMeta, meta } from '../state/meta.js';
import { keepTime } from '../state/now.js';
import { keepPreferences, preferences } from '../state/preferences.js';
import { applyTheme } from '../state/theme.js';
import { adjust, followAddress, HOME, parseRoute, route } from './router.js';

/** Attribute keys, other services, the state of recording: they change, but not often. */
const META_MS = 10_000;

function isConnected(): boolean {
  return liveState.peek() === 'streaming' || liveState.peek() === 'polling';
}

/** All that runs for as long as the page is there. Returns what ends it. */
export function startPanel(): () => void {
  takeToken();
  adjust(parseRoute(location.hash));
  const first = route.peek();
  const ends = [
    followAddress(),
    keepPreferences(),
    applyTheme(),
    keepTime(),
    listenForShortcuts(),
    effect(() => allowSingleKeys(preferences.value.singleKeys)),
    startFeed(first.screen === 'traces' ? first : HOME),
    effect(() => {
      if (liveState.value === 'streaming' && meta.peek() === undefined) void loadMeta();
    }),
    effect(() => {
      // Other screens leave the list as it was.
      if (route.value.screen === 'traces') changeFilter(route.value);
    }),
  ];
  void loadMeta();
  const refresh = setInterval(() => {
    if (!document.hidden && isConnected()) void loadMeta();
  }, META_MS);
  ends.push(() => clearInterval(refresh));
  return () => {
    for (const end of ends) end();
  };
}
