/**
 * How many traces are worth to be kept. Under load there are more than anybody can look at, and
 * they would push each other out within moments; what is kept is the first ones, and from then on so
 * many a second.
 */
export class TraceRate {
  /** Traces that were passed over. */
  skipped = 0;
  private credit: number;
  private at: number;
  private skippedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly perSecond: number,
    private readonly burst: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.credit = burst;
    this.at = now();
  }

  /** Whether the trace that starts here is kept. */
  admits(): boolean {
    const now = this.now();
    this.credit = Math.min(this.burst, this.credit + ((now - this.at) * this.perSecond) / 1000);
    this.at = now;
    if (this.credit >= 1) {
      this.credit--;
      return true;
    }
    this.skipped++;
    this.skippedAt = now;
    return false;
  }

  /** Whether traces have been passed over within these milliseconds. */
  hasSkippedWithin(ms: number): boolean {
    return this.now() - this.skippedAt <= ms;
  }
}
