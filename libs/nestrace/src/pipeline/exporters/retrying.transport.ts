import type { ResolvedRetryOptions } from '../../config/delivery.options.js';
import type { Ending } from '../../core/ending.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { ExportError } from './export.error.js';
import type { SendResult, Transport } from './transport.js';

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

/** What attempts go by, and who hears how they ended. */
export interface RetryTerms {
  readonly retry: ResolvedRetryOptions;
  readonly breaker: CircuitBreaker;
  readonly ending: Ending;
  /** One attempt did not work, and another one follows. */
  readonly onAttemptFailed: (error: ExportError) => void;
}

interface Wait {
  readonly unreachable: boolean;
  readonly wake: () => void;
}

/**
 * Tries again after failures that pass: with growing waits, or when the backend says, as long as
 * the time for the whole export lasts and the breaker is closed. An application that ends does not
 * wait for a backend that is not there: it tries once more and gives up.
 */
export class RetryingTransport implements Transport {
  /** There are several when spans are exported one by one. */
  private readonly waits = new Set<Wait>();
  private closed = false;

  constructor(
    private readonly transport: Transport,
    private readonly terms: RetryTerms,
  ) {
    terms.ending.onBegin(() => {
      this.wake(({ unreachable }) => unreachable);
    });
  }

  async send(body: Uint8Array, timeoutMs: number): Promise<SendResult> {
    const { firstDelayMs, maxDelayMs, maxAttempts } = this.terms.retry;
    const deadline = performance.now() + timeoutMs;
    let backoffMs = Math.min(firstDelayMs, maxDelayMs);
    let result = await this.attempt(body, timeoutMs);
    for (let attempt = 1; result.outcome === 'retry'; attempt++) {
      const jitter = 1 + JITTER * (Math.random() * 2 - 1);
      // "At once" must not become an endless row of attempts; a date that is over says as little.
      const waitMs = result.afterMs || backoffMs * jitter;
      const isInTime = attempt < maxAttempts && performance.now() + waitMs < deadline;
      const unreachable = UNREACHABLE.has(result.error.facts.code ?? '');
      if (!isInTime || !this.mayGoOn(unreachable)) return this.giveUp(result);
      this.terms.onAttemptFailed(result.error);
      await this.wait(waitMs, unreachable);
      // An export beside this one may have opened the breaker. What was asked for has been waited.
      if (!this.mayGoOn(false)) return this.giveUp({ ...result, afterMs: undefined });
      backoffMs = Math.min(backoffMs * BACKOFF_FACTOR, maxDelayMs);
      result = await this.attempt(body, deadline - performance.now());
    }
    return result;
  }

  close(): void {
    this.closed = true;
    this.transport.close();
    this.wake(() => true);
  }

  private async attempt(body: Uint8Array, timeoutMs: number): Promise<SendResult> {
    const { breaker } = this.terms;
    const result = await this.transport.send(body, timeoutMs);
    if (result.outcome === 'ok') breaker.succeeded();
    else breaker.failed(result.error);
    return result;
  }

  private mayGoOn(unreachable: boolean): boolean {
    const { breaker, ending } = this.terms;
    return !this.closed && !(unreachable && ending.hasBegun) && breaker.state === 'closed';
  }

  private giveUp({ error, afterMs }: SendResult & { readonly outcome: 'retry' }): SendResult {
    const { breaker, ending } = this.terms;
    if (afterMs && !this.closed) breaker.leaveAlone(afterMs);
    error.mayPass = !this.closed && !ending.hasBegun;
    return { outcome: 'failed', error };
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
