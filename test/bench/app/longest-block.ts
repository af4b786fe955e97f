import { setImmediate as nextTurn } from 'node:timers/promises';

/** Milliseconds of the longest time the event loop had no turn while the work was done. */
export async function longestBlock(work: () => Promise<void>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let isWorking = true;
  const turn = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (isWorking) setImmediate(turn);
  };
  await nextTurn();
  last = performance.now();
  setImmediate(turn);
  await nextTurn();
  await work();
  // What it did last is over only with the turn after it.
  await nextTurn();
  await nextTurn();
  isWorking = false;
  return longest;
}
