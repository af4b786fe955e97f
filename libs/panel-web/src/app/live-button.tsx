import type { JSX } from 'preact';
import { Button } from '../parts/button.js';
import { liveState } from '../state/connection.js';
import { paused, togglePaused, waitingCount } from '../state/traces.js';

/** Says whether the list is alive, and stops it. */
export function LiveButton(): JSX.Element {
  if (paused.value) {
    const waiting = waitingCount.value;
    return (
      <Button kind="quiet" class="live" icon="play" title="Resume (.)" onClick={togglePaused}>
        Paused{waiting > 0 && ` (${waiting})`}
      </Button>
    );
  }
  const state = liveState.value;
  const isLive = state === 'streaming' || state === 'polling';
  const look = isLive ? 'is-live' : state === 'disconnected' ? 'is-off' : '';
  return (
    <Button kind="quiet" class={`live ${look}`} title="Pause (.)" onClick={togglePaused}>
      <span class="live-dot" />
      {state === 'disconnected' ? 'Offline' : 'Live'}
    </Button>
  );
}
