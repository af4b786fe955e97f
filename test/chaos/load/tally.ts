import { isDeepStrictEqual } from 'node:util';
import { ask, type Reply } from './ask.js';
import { SHAPES } from './shapes.js';

export interface TallyReport {
  readonly sent: number;
  /** Requests without an answer, or with another one than without tracing. */
  readonly wrong: number;
  /** The first of them, in words. */
  readonly examples: readonly string[];
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly slowestMs: number;
  /** Those that took as long as one wait of the fault. */
  readonly waited: number;
}

const MAX_EXAMPLES = 5;

/** What came of the requests to one application. */
export class Tally {
  sent = 0;
  private wrong = 0;
  private readonly examples: string[] = [];
  private readonly latencies: number[] = [];
  private readonly pending = new Set<Promise<void>>();

  constructor(private readonly waitMs: number) {}

  count(url: string, index: number, expected: Reply | undefined): void {
    const pending = this.send(url, index, expected).finally(() => this.pending.delete(pending));
    this.pending.add(pending);
  }

  async report(): Promise<TallyReport> {
    while (this.pending.size > 0) await Promise.all(this.pending);
    const sorted = Float64Array.from(this.latencies).toSorted();
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    const { sent, wrong, examples, waitMs } = this;
    const waited = sorted.filter((latency) => latency >= waitMs).length;
    return { sent, wrong, examples, waited, medianMs: at(0.5), p99Ms: at(0.99), slowestMs: at(1) };
  }

  private async send(url: string, index: number, expected: Reply | undefined): Promise<void> {
    const shape = SHAPES[index];
    if (shape === undefined) return;
    this.sent++;
    const began = performance.now();
    try {
      const reply = await ask(url, shape);
      this.latencies.push(performance.now() - began);
      if (!isDeepStrictEqual(reply, expected)) {
        this.note(`${shape.method} ${shape.path}: ${JSON.stringify(reply)}`);
      }
    } catch (error) {
      this.note(`${shape.method} ${shape.path}: ${String(error)}`);
    }
  }

  private note(example: string): void {
    this.wrong++;
    if (this.examples.length < MAX_EXAMPLES) this.examples.push(example);
  }
}
