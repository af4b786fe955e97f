import { describe, expect, it } from 'vitest';
import { onlyProblem, resolve } from '../support/options.js';

describe('delivery options', () => {
  it('retry, leave alone and keep unless told otherwise', () => {
    expect(resolve().delivery).toEqual({
      retry: { maxAttempts: 5, firstDelayMs: 1000, maxDelayMs: 5000 },
      breaker: { enabled: true, failures: 5, openMs: 5000, maxOpenMs: 60_000 },
      keepMs: 300_000,
    });
  });

  it('can turn the breaker off, or change it', () => {
    expect(resolve({ delivery: { breaker: false } }).delivery.breaker.enabled).toBe(false);
    expect(resolve({ delivery: { breaker: true } }).delivery.breaker.enabled).toBe(true);
    expect(resolve({ delivery: { breaker: { failures: 2 } } }).delivery.breaker).toEqual({
      enabled: true,
      failures: 2,
      openMs: 5000,
      maxOpenMs: 60_000,
    });
  });

  it.each([
    ['retry.maxAttempts', { retry: { maxAttempts: 0 } }],
    ['retry.firstDelayMs', { retry: { firstDelayMs: 0 } }],
    ['breaker.openMs', { breaker: { openMs: 'soon' } }],
    ['keepMs', { keepMs: -1 }],
  ])('refuse a bad %s', (path, delivery) => {
    expect(onlyProblem({ delivery }).path).toBe(`delivery.${path}`);
  });
});
