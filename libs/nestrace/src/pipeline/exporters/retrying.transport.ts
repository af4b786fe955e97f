import type { Ending } from '../../core/ending.js';
import type { SendResult, Transport } from './transport.js';
import type { ExportError } from './export.error.js';

const MAX_ATTEMPTS = 5;
const FIRST_BACKOFF_MS = 1000;
const MAX_BACKOFF_MS = 5000;
const BACKOFF_FACTOR = 1.5;
/** Each wait is up to this share shorter or longer, so that many processes do not come at once. */
const JITTER = 0.2;

/** Nobody is there. A backend that answers, that it is not ready for instance, is. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
]);

interface Wait {
  readonly unreachable: boolean;
  readonly wake: () => void;
}

/**
 * Tries again after failures that pass: with growing waits, or when the backend says, as long as
 * the time for the whole export lasts. An application that ends does not wait for a backend that is
 * not there: it tries once more and gives up.
 */
export class RetryingTransport implements Transport {
  /** There are several when spans are exported one by one. */
  private readonly waits = new Set<Wait>();
  private closed = false;

  constructor(
    private readonly transport: Transport,
    private readonly onAttemptFailed: (error: ExportError) => void,
    private readonly ending: Ending,
  ) {
    ending.onBegin(() => {
      this.wake(({ unreachable }) => unreachable);
    });
  }

  async send(body: Uint8Array, timeoutMs: number): Promise<SendResult> {
    const deadline = Date.now() + timeoutMs;
    let backoffMs = FIRST_BACKOFF_MS;
    let result = await this.transport.send(body, timeoutMs);
    for (let attempt = 1; attempt < MAX_ATTEMPTS && result.outcome === 'retry'; attempt++) {
      this.onAttemptFailed(result.error);
      const jitter = 1 + JITTER * (Math.random() * 2 - 1);
      const waitMs = result.afterMs ?? backoffMs * jitter;
      const unreachable = UNREACHABLE.has(result.error.facts.code ?? '');
      if (this.closed || (unreachable && this.ending.hasBegun)) break;
      if (Date.now() + waitMs >= deadline) break;
      await this.wait(waitMs, unreachable);
      backoffMs = Math.min(backoffMs * BACKOFF_FACTOR, MAX_BACKOFF_MS);
      if (this.closed) break;
      result = await this.transport.send(body, deadline - Date.now());
    }
    return result.outcome === 'retry' ? { outcome: 'failed', error: result.error } : result;
  }

  close(): void {
    this.closed = true;
    this.transport.close();
    this.wake(() => true);
  }

  private wait(milliseconds: number, unreachable: boolean): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.waits.delete(wait);
        resolve();
      };
      const timer = setTimeout(wake, milliseconds).unref();
      const wait: Wait = { unreachable, wake };
      this.waits.add(wait);
    });
  }

  private wake(isMeant: (wait: Wait) => boolean): void {
    for (const wait of this.waits) if (isMeant(wait)) wait.wake();
  }
}
