/** Sets the wall clock forward or back, where the process was started with one that can be set. */
export function shiftClock(milliseconds: number): void {
  const { chaosClock } = globalThis as { chaosClock?: { shiftMs: number } };
  if (chaosClock === undefined) throw new Error('this process has no clock that can be set');
  chaosClock.shiftMs += milliseconds;
}
