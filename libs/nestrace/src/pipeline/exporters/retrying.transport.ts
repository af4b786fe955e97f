import type { SendResult, Transport } from './transport.js';
import type { ExportError } from './export.error.js';

const MAX_ATTEMPTS = 5;
const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 5000;
const BACKOFF_FACTOR = 1.5;
/** Each wait is up to this share shorter or longer, so that many processes do not come at once. */
const JITTER = 0.2;

/**
 * Tries again after failures that pass: with growing waits, or when the backend says, as long as
 * the time for the whole export lasts.
 */
export class RetryingTransport implements Transport {
  /** Ends a wait early; there are several when spans are exported one by one. */
  private readonly waiting = new Set<() => void>();
  private closed = false;

  constructor(
    private readonly transport: Transport,
    private readonly onAttemptFailed: (error: ExportError) => void,
  ) {}

  async send(body: Uint8Array, timeoutMs: number): Promise<SendResult> {
    const deadline = Date.now() + timeoutMs;
    let backoffMs = FIRST_BACKOFF_MS;
    let result = await this.transport.send(body, timeoutMs);
    for (let attempt = 1; attempt < MAX_ATTEMPTS && result.outcome === 'retry'; attempt++) {
      this.onAttemptFailed(result.error);
      const jitter = 1 + JITTER * (Math.random() * 2 - 1);
      const waitMs = result.afterMs ?? backoffMs * jitter;
      if (this.closed || Date.now() + waitMs >= deadline) break;
      await this.wait(waitMs);
      backoffMs = Math.min(backoffMs * BACKOFF_FACTOR, MAX_BACKOFF_MS);
      if (this.closed) break;
      result = await this.transport.send(body, deadline - Date.now());
    }
    return result.outcome === 'retry' ? { outcome: 'failed', error: result.error } : result;
  }

  close(): void {
    this.closed = true;
    this.transport.close();
    for (const wake of this.waiting) wake();
  }

  private wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds).unref();
      this.waiting.add(wake);
    });
  }
}
