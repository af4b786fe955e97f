import type { ComponentType, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from './button.js';
import { EmptyState } from './empty-state.js';

/**
 * A component whose code is fetched when it is first shown. It can fail: an application that was
 * started again with another version of the panel has other files.
 */
export function lazy<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  let Loaded: ComponentType<P> | undefined;
  return function Lazy(props: P): JSX.Element {
    const [state, setState] = useState<'loading' | 'loaded' | 'failed'>('loading');
    useEffect(() => {
      if (Loaded !== undefined) return undefined;
      let isShown = true;
      const settle = (next: 'loaded' | 'failed') => {
        if (isShown) setState(next);
      };
      load().then(
        (component) => {
          Loaded = component;
          settle('loaded');
        },
        () => settle('failed'),
      );
      return () => {
        isShown = false;
      };
    }, []);
    if (Loaded !== undefined) return <Loaded {...props} />;
    return state === 'failed' ? <NotLoaded /> : <Loading />;
  };
}

/** Most parts are there at once: what would only flash is not shown. */
export function Loading(): JSX.Element {
  return (
    <div class="loading" role="status" aria-label="Loading">
      <span class="loading-line" />
      <span class="loading-line" />
      <span class="loading-line" />
    </div>
  );
}

function NotLoaded(): JSX.Element {
  return (
    <EmptyState icon="warn" title="This part of the panel could not be loaded">
      <p>
        The application does not answer, or was started again with another version of the panel.
      </p>
      <p class="actions">
        <Button onClick={() => location.reload()}>Reload</Button>
      </p>
    </EmptyState>
  );
}
