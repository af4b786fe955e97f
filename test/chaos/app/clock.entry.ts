/**
 * A wall clock that can be set while the application runs. It is loaded before everything else, so
 * that whoever keeps `Date.now` keeps this one. Like a real one that is set, it leaves the monotonic
 * clock and timers alone.
 */
const RealDate = Date;
const clock = { shiftMs: 0 };

class SettableDate extends RealDate {
  constructor(...parts: readonly unknown[]) {
    super(...((parts.length === 0 ? [SettableDate.now()] : parts) as [number]));
  }

  static override now(): number {
    return RealDate.now() + clock.shiftMs;
  }
}

Object.assign(globalThis, { Date: SettableDate, chaosClock: clock });
