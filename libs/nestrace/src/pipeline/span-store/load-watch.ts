/** So late a timer comes only when the event loop has no time for anything. */
const HIGH_LAG_MS = 200;
/** Once may be a garbage collection, or a breakpoint. */
const TIMES = 3;
const LOOK_AGAIN_MS = 1000;

/**
 * Notices when the process has more to do than it can: then the panel has to stop taking its time.
 * It goes on when the event loop has been in time again.
 */
export class LoadWatch {
  /** Nothing is to be recorded for the panel now. */
  isHigh = false;
  private late = 0;
  private dueAt = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** A timer was set. */
  expect(inMs: number): void {
    this.dueAt = this.now() + inMs;
  }

  /** It has come. */
  arrived(): void {
    const isLate = this.now() - this.dueAt > HIGH_LAG_MS;
    this.late = isLate ? this.late + 1 : 0;
    if (this.late >= TIMES && !this.isHigh) {
      this.isHigh = true;
      this.lookAgain();
    }
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private lookAgain(): void {
    this.expect(LOOK_AGAIN_MS);
    this.timer = setTimeout(() => {
      if (this.now() - this.dueAt > HIGH_LAG_MS) {
        this.lookAgain();
      } else {
        this.isHigh = false;
        this.late = 0;
      }
    }, LOOK_AGAIN_MS).unref();
  }
}
