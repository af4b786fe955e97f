import type { ComponentType, JSX } from 'preact';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ErrorBoundary } from '../parts/error-boundary.js';
import { lazy } from '../parts/lazy.js';
import { useShortcuts } from '../keyboard/use-shortcuts.js';
import { togglePaused } from '../state/traces.js';
import { Banners } from './banners.js';
import { LiveRegion } from './live-region.js';
import { navigate, route, type Route } from './router.js';
import { lastList } from './last-list.js';
import { SCREENS } from './screen-table.js';
import { titleOf } from './title.js';
import { TopBar } from './top-bar.js';

const HelpOverlay = lazy(async () => (await import('./help-overlay.js')).HelpOverlay);

export function App(): JSX.Element {
  const helpOpen = useSignal(false);
  const current = route.value;
  const title = titleOf(current);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useShortcuts([
    {
      keys: ['.'],
      label: 'Pause or resume the list',
      group: 'Everywhere',
      run: togglePaused,
    },
    {
      keys: ['?'],
      label: 'This overview',
      group: 'Everywhere',
      run: () => {
        helpOpen.value = !helpOpen.value;
      },
    },
    {
      keys: ['Escape'],
      label: 'Close, then back to the list',
      group: 'Everywhere',
      run: () => {
        if (route.peek().screen === 'traces') return false;
        navigate(lastList.peek());
        return true;
      },
    },
  ]);
  return (
    <div class="shell">
      <TopBar onHelp={() => (helpOpen.value = true)} />
      <Banners />
      <main class="screen" key={current.screen} id="screen" tabIndex={-1}>
        <ErrorBoundary>
          <Screen route={current} />
        </ErrorBoundary>
      </main>
      {helpOpen.value && <HelpOverlay onClose={() => (helpOpen.value = false)} />}
      <LiveRegion />
    </div>
  );
}

function Screen({ route: current }: { readonly route: Route }): JSX.Element {
  // Name and props belong together, which the compiler cannot follow through the lookup.
  const Component = SCREENS[current.screen] as ComponentType<{ readonly route: Route }>;
  return <Component route={current} />;
}
