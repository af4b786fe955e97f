import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../support/deferred.js';
import { within } from '../../../libs/nestrace/src/core/within.js';

describe('within', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is true for a promise that fulfils in time, and leaves no timer behind', async () => {
    await expect(within(Promise.resolve('value'), 100)).resolves.toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is true for a promise that rejects in time: that is an answer too', async () => {
    await expect(within(Promise.reject(new Error('no')), 100)).resolves.toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is false when time is up, not earlier', async () => {
    const done = vi.fn<(inTime: boolean) => void>();
    void within(new Promise(() => {}), 100).then(done);
    await vi.advanceTimersByTimeAsync(99);
    expect(done).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toHaveBeenCalledExactlyOnceWith(false);
  });

  it('stays false when the promise settles afterwards', async () => {
    const late = deferred();
    const result = within(late.promise, 10);
    await vi.advanceTimersByTimeAsync(10);
    late.reject(new Error('too late'));
    await expect(result).resolves.toBe(false);
  });

  it('gives an already settled promise its chance even with no time at all', async () => {
    const result = within(Promise.resolve(), 0);
    await expect(result).resolves.toBe(true);
  });

  it('keeps the process alive while somebody waits', () => {
    vi.useRealTimers();
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    const answered = deferred();
    const waiting = within(answered.promise, 10_000);
    const timer = setTimer.mock.results[0]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(true);
    answered.resolve();
    setTimer.mockRestore();
    return expect(waiting).resolves.toBe(true);
  });
});
