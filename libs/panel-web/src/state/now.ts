import { signal } from '@preact/signals';

/** The time, for what says how long ago something was. */
export const now = signal(Date.now());

/** Twice a second while somebody looks. Returns what ends it. */
export function keepTime(): () => void {
  const timer = setInterval(() => {
    if (!document.hidden) now.value = Date.now();
  }, 500);
  return () => clearInterval(timer);
}
