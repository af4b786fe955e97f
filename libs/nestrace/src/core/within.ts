/**
 * Waits for a promise, but not longer than this. Tells whether it settled in time; how it settled
 * does not matter. The timer keeps the process alive: whoever waits here wants the result.
 */
export function within(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds, false);
    const settled = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    promise.then(settled, settled);
  });
}
