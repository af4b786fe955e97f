import { useEffect, useRef } from 'preact/hooks';
import { registerShortcuts, type Shortcut } from './shortcuts.js';

/** In force as long as the component is there; `run` always sees the latest props. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  const shape = shortcuts.map(({ keys }) => keys.join(' ')).join('|');
  useEffect(
    () =>
      registerShortcuts(
        latest.current.map(({ keys, label, group }, index) => ({
          keys,
          label,
          group,
          run: (event) => latest.current[index]?.run(event),
        })),
      ),
    [shape],
  );
}
