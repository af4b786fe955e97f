import type { ResolvedBreakerOptions } from '../../config/delivery.options.js';
import { failureReason, isAboutBatch } from './failure-reason.js';

/**
 * `closed`: exports go out. `open`: the backend is left alone. `half_open`: one export is under way
 * to see whether it is back.
 *
 * @publicApi
 */
export type BreakerState = 'closed' | 'open' | 'half_open';

/** Each wait is up to this share shorter or longer, so that many processes do not come at once. */
const JITTER = 0.2;

/** Nobody is left alone for longer, whatever the backend says. */
const MAX_OPEN_MS = 3_600_000;

/**
 * Keeps one exporter from knocking at a backend that is not there: after some attempts in a row
 * that failed nothing is sent for a while, then one export is let through as a probe. When that
 * fails too, the next wait is twice as long.
 *
 * Only what is wrong with the backend counts: no connection, no answer, 5xx, 429, a wrong key or
 * path. A backend that has read a batch and refused it (400, 413) is there.
 */
export class CircuitBreaker {
  private now: BreakerState = 'closed';
  private openedAt: number | undefined;
  private opensUntil: number | undefined;
  private failures = 0;
  private openings = 0;
  /** On a clock nobody sets. */
  private mayProbeAt = 0;
  private readonly closings: (() => void)[] = [];

  constructor(private readonly options: ResolvedBreakerOptions) {}

  /** One that only opens where a backend asks for time. */
  static none(): CircuitBreaker {
    return new CircuitBreaker({ enabled: false, failures: 1, openMs: 1, maxOpenMs: 1 });
  }

  get state(): BreakerState {
    return this.now;
  }

  /** When it opened, in milliseconds since 1970; undefined while it is closed. */
  get since(): number | undefined {
    return this.openedAt;
  }

  /** When the next probe may go out, in milliseconds since 1970; undefined while it is closed. */
  get until(): number | undefined {
    return this.opensUntil;
  }

  /** Milliseconds until something may be sent; 0 also while a probe is under way. */
  get waitMs(): number {
    return this.now === 'open' ? Math.max(0, Math.ceil(this.mayProbeAt - performance.now())) : 0;
  }

  /** Asks for an export. Once its time is up, the first to ask is the probe. */
  admits(): boolean {
    if (this.now === 'open' && this.waitMs === 0) {
      this.now = 'half_open';
      return true;
    }
    return this.now === 'closed';
  }

  /** As `admits`, without waiting for the time of the probe: there may be no later one. */
  admitsNow(): boolean {
    if (this.now === 'open') this.mayProbeAt = 0;
    return this.admits();
  }

  /** Calls back each time it closes. */
  onClose(listener: () => void): void {
    this.closings.push(listener);
  }

  succeeded(): void {
    this.failures = 0;
    this.openings = 0;
    if (this.now === 'closed') return;
    this.now = 'closed';
    this.openedAt = undefined;
    this.opensUntil = undefined;
    for (const listener of this.closings) listener();
  }

  /** One attempt failed. */
  failed(error: unknown): void {
    if (isAboutBatch(error)) {
      this.succeeded();
    } else if (failureReason(error) === 'shutdown') {
      this.learnedNothing();
    } else if (!this.options.enabled) {
      if (this.now === 'half_open') this.succeeded();
    } else {
      this.failures++;
      const isTooMuch = this.now === 'closed' && this.failures >= this.options.failures;
      if (isTooMuch || this.now === 'half_open') this.open(this.nextWaitMs());
    }
  }

  /** The probe was cut off before there was an answer, or never sent. */
  learnedNothing(): void {
    if (this.now === 'half_open') this.now = 'open';
  }

  /** The backend said when to come back, and one export cannot wait so long. */
  leaveAlone(milliseconds: number): void {
    this.open(Math.min(milliseconds, MAX_OPEN_MS));
  }

  private nextWaitMs(): number {
    const { openMs, maxOpenMs } = this.options;
    const waitMs = Math.min(openMs * 2 ** this.openings++, Math.max(openMs, maxOpenMs));
    return waitMs * (1 + JITTER * (Math.random() * 2 - 1));
  }

  private open(waitMs: number): void {
    // Attempts that began earlier may end later, and ask for less.
    const longest = Math.max(waitMs, this.waitMs);
    this.openedAt ??= Date.now();
    this.opensUntil = Date.now() + longest;
    this.mayProbeAt = performance.now() + longest;
    this.now = 'open';
  }
}
