import { signal } from '@preact/signals';

/** What the live region says. */
export const announcement = signal('');

const PAUSE_MS = 5000;
let next: string | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Tells screen readers, politely, and the last thing only when there is too much to tell. */
export function announce(text: string): void {
  if (timer !== undefined) {
    next = text;
    return;
  }
  announcement.value = text;
  timer = setTimeout(() => {
    timer = undefined;
    if (next === undefined) return;
    const waiting = next;
    next = undefined;
    announce(waiting);
  }, PAUSE_MS);
}
