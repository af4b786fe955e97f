import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LoadWatch } from '../../../../libs/nestrace/src/pipeline/span-store/load-watch.js';

describe('LoadWatch', () => {
  let now = 0;
  let watch: LoadWatch;

  beforeEach(() => {
    vi.useFakeTimers();
    now = 0;
    watch = new LoadWatch(() => now);
  });
  afterEach(() => {
    watch.stop();
    vi.useRealTimers();
  });

  function timer(lateMs: number): void {
    watch.expect(100);
    now += 100 + lateMs;
    watch.arrived();
  }

  it('takes one long pause for what it is', () => {
    timer(5000);
    timer(0);
    timer(5000);
    timer(5000);
    timer(10);
    expect(watch.isHigh).toBe(false);
  });

  it('notices when timers are late again and again', () => {
    for (let count = 0; count < 3; count++) timer(201);
    expect(watch.isHigh).toBe(true);
  });

  it('goes on when the event loop is in time again', () => {
    for (let count = 0; count < 3; count++) timer(300);
    now += 1900;
    vi.advanceTimersByTime(1000);
    expect(watch.isHigh).toBe(true);
    now += 1000;
    vi.advanceTimersByTime(1000);
    expect(watch.isHigh).toBe(false);
    timer(300);
    expect(watch.isHigh).toBe(false);
  });
});
