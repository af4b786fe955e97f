import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ending } from '../../../../libs/nestrace/src/core/ending.js';
import { CircuitBreaker } from '../../../../libs/nestrace/src/pipeline/exporters/circuit-breaker.js';
import { ExportError } from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { RetryingTransport } from '../../../../libs/nestrace/src/pipeline/exporters/retrying.transport.js';
import type {
  SendResult,
  Transport,
} from '../../../../libs/nestrace/src/pipeline/exporters/transport.js';
import { settled } from '../../support/held-exporter.js';
import { retryTerms } from '../../support/retry-terms.js';

const BODY = Buffer.from('spans');

const ok: SendResult = { outcome: 'ok', body: Buffer.from('thanks') };
const failed: SendResult = { outcome: 'failed', error: new ExportError('HTTP 400') };
const retry = (afterMs?: number): SendResult => ({
  outcome: 'retry',
  error: new ExportError('HTTP 503'),
  afterMs,
});

/** Answers as it was told; the last answer stays. */
class ScriptedTransport implements Transport {
  readonly attempts: { readonly at: number; readonly timeoutMs: number }[] = [];
  closed = false;
  /** How long each attempt takes. */
  durationMs = 0;

  constructor(private readonly script: readonly SendResult[]) {}

  async send(body: Uint8Array, timeoutMs: number): Promise<SendResult> {
    if (body !== BODY) throw new Error('these are not the bytes to send');
    const result = this.script[Math.min(this.attempts.length, this.script.length - 1)];
    this.attempts.push({ at: Date.now(), timeoutMs });
    if (this.durationMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, this.durationMs));
    }
    return result as SendResult;
  }

  close(): void {
    this.closed = true;
  }
}

const failures: ExportError[] = [];

const unreachable: SendResult = {
  outcome: 'retry',
  error: new ExportError('connect ECONNREFUSED', { code: 'ECONNREFUSED' }),
};

let ending = new Ending();
let breaker = CircuitBreaker.none();

function over(transport: Transport): RetryingTransport {
  const onAttemptFailed = (error: ExportError): void => void failures.push(error);
  return new RetryingTransport(transport, retryTerms({ breaker, ending, onAttemptFailed }));
}

/** Times between the attempts. */
function waits({ attempts }: ScriptedTransport): number[] {
  return attempts.slice(1).map(({ at }, index) => at - (attempts[index]?.at ?? 0));
}

/** Without luck every wait is as long as planned. */
function withoutJitter(): void {
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
}

describe('RetryingTransport', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    failures.length = 0;
    ending = new Ending();
    breaker = CircuitBreaker.none();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('hands a success through without a word', async () => {
    const inner = new ScriptedTransport([ok]);
    expect(await over(inner).send(BODY, 10_000)).toBe(ok);
    expect(inner.attempts).toEqual([{ at: Date.now(), timeoutMs: 10_000 }]);
    expect(failures).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not repeat what failed for good', async () => {
    const inner = new ScriptedTransport([failed, ok]);
    expect(await over(inner).send(BODY, 10_000)).toBe(failed);
    expect(inner.attempts).toHaveLength(1);
  });

  it('repeats what may pass, and tells about every attempt that failed', async () => {
    withoutJitter();
    const inner = new ScriptedTransport([retry(), retry(), ok]);
    const sending = over(inner).send(BODY, 60_000);
    await vi.runAllTimersAsync();

    expect(await sending).toBe(ok);
    expect(waits(inner)).toEqual([1000, 1500]);
    expect(failures.map(({ message }) => message)).toEqual(['HTTP 503', 'HTTP 503']);
  });

  it('waits longer each time, up to five attempts', async () => {
    withoutJitter();
    const inner = new ScriptedTransport([retry()]);
    const sending = over(inner).send(BODY, 60_000);
    await vi.runAllTimersAsync();

    expect(await sending).toMatchObject({ outcome: 'failed', error: { message: 'HTTP 503' } });
    expect(waits(inner)).toEqual([1000, 1500, 2250, 3375]);
  });

  it('never repeats before four fifths nor after six fifths of the planned wait', async () => {
    for (const [luck, expected] of [
      [0, 800],
      [0.999_999, 1200],
    ] as const) {
      vi.spyOn(Math, 'random').mockReturnValue(luck);
      const inner = new ScriptedTransport([retry(), ok]);
      const sending = over(inner).send(BODY, 60_000);
      await vi.runAllTimersAsync();
      await sending;
      expect(waits(inner)[0]).toBeGreaterThanOrEqual(expected - 1);
      expect(waits(inner)[0]).toBeLessThanOrEqual(expected);
    }
  });

  it('comes back when the backend says, without luck', async () => {
    const inner = new ScriptedTransport([retry(7000), retry(200), ok]);
    const sending = over(inner).send(BODY, 60_000);
    await vi.runAllTimersAsync();

    expect(await sending).toBe(ok);
    expect(waits(inner)).toEqual([7000, 200]);
  });

  it('waits its own time where the backend says "at once"', async () => {
    withoutJitter();
    const transport = new ScriptedTransport([retry(0), retry(0), ok]);
    const sending = over(transport).send(BODY, 10_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await sending).toBe(ok);
    expect(waits(transport)).toEqual([1000, 1500]);
  });

  it('keeps to its time though somebody sets the clock', async () => {
    withoutJitter();
    const transport = new ScriptedTransport([retry(), ok]);
    const sending = over(transport).send(BODY, 10_000);
    await settled();
    vi.setSystemTime(Date.now() + 3_600_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await sending).toBe(ok);
    expect(transport.attempts[1]?.timeoutMs).toBe(9000);
  });

  it('does not wait at all for a time that is beyond the deadline', async () => {
    const inner = new ScriptedTransport([retry(10_000), ok]);
    const result = await over(inner).send(BODY, 10_000);

    expect(result).toMatchObject({ outcome: 'failed', error: { message: 'HTTP 503' } });
    expect(inner.attempts).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stops at the deadline, however long the attempts take', async () => {
    withoutJitter();
    const inner = new ScriptedTransport([retry()]);
    inner.durationMs = 900;
    const start = Date.now();
    const sending = over(inner).send(BODY, 4000);
    await vi.runAllTimersAsync();

    expect(await sending).toMatchObject({ outcome: 'failed' });
    expect(waits(inner)).toEqual([1900]);
    expect(Date.now() - start).toBeLessThanOrEqual(4000);
  });

  it('gives every attempt the time that is left, not more', async () => {
    withoutJitter();
    const inner = new ScriptedTransport([retry()]);
    const sending = over(inner).send(BODY, 5000);
    await vi.runAllTimersAsync();
    await sending;

    expect(inner.attempts.map(({ timeoutMs }) => timeoutMs)).toEqual([5000, 4000, 2500, 250]);
  });

  describe('while the application ends', () => {
    it('does not wait for a backend that is not there', async () => {
      const inner = new ScriptedTransport([unreachable, ok]);
      const transport = over(inner);
      ending.begin();

      expect(await transport.send(BODY, 60_000)).toMatchObject({
        outcome: 'failed',
        error: { message: 'connect ECONNREFUSED' },
      });
      expect(inner.attempts).toHaveLength(1);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('tries a backend that was not there once more, at once', async () => {
      const gone = new ScriptedTransport([unreachable]);
      const back = new ScriptedTransport([unreachable, ok]);
      const sending = [over(gone), over(back)].map((transport) => transport.send(BODY, 60_000));
      await vi.advanceTimersByTimeAsync(100);

      ending.begin();

      expect(await Promise.all(sending)).toMatchObject([{ outcome: 'failed' }, ok]);
      expect([waits(gone), waits(back)]).toEqual([[100], [100]]);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('goes on waiting for a backend that is not ready', async () => {
      const inner = new ScriptedTransport([retry(7000), retry(3000), ok]);
      const sending = over(inner).send(BODY, 60_000);
      await vi.advanceTimersByTimeAsync(100);

      ending.begin();
      await vi.runAllTimersAsync();

      expect(await sending).toBe(ok);
      expect(waits(inner)).toEqual([7000, 3000]);
    });
  });

  describe('once closed', () => {
    it('closes the transport inside', () => {
      const inner = new ScriptedTransport([ok]);
      over(inner).close();
      expect(inner.closed).toBe(true);
    });

    it('ends every wait at once, and attempts nothing more', async () => {
      const inner = new ScriptedTransport([retry(30_000)]);
      const transport = over(inner);
      const sending = [1, 2, 3].map(() => transport.send(BODY, 60_000));
      await vi.advanceTimersByTimeAsync(1000);

      transport.close();

      const results = await Promise.all(sending);
      expect(results.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed']);
      expect(inner.attempts).toHaveLength(3);
      expect(vi.getTimerCount()).toBe(0);
    });

    it('does not repeat an attempt that fails afterwards', async () => {
      const inner = new ScriptedTransport([retry(), ok]);
      inner.durationMs = 100;
      const transport = over(inner);
      const sending = transport.send(BODY, 60_000);
      transport.close();
      await vi.runAllTimersAsync();

      expect(await sending).toMatchObject({ outcome: 'failed' });
      expect(inner.attempts).toHaveLength(1);
    });
  });

  it('does not keep the process alive while it waits', async () => {
    vi.useRealTimers();
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    const transport = over(new ScriptedTransport([retry(30_000)]));
    const sending = transport.send(BODY, 60_000);
    await settled();

    // Others have timers as well: only the one of this wait is looked at.
    const index = setTimer.mock.calls.findIndex(([, delay]) => delay === 30_000);
    const timer = setTimer.mock.results[index]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);

    transport.close();
    await sending;
  });
});
