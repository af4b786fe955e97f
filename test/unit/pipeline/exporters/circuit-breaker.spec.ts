import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreaker } from '../../../../libs/nestrace/src/pipeline/exporters/circuit-breaker.js';
import {
  closedError,
  ExportError,
} from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';

const REFUSED = new ExportError('refused', { code: 'ECONNREFUSED' });
const OPTIONS = { enabled: true, failures: 3, openMs: 5000, maxOpenMs: 60_000 };

let breaker: CircuitBreaker;

function fail(times = 1, error: unknown = REFUSED): void {
  for (let count = 0; count < times; count++) breaker.failed(error);
}

/** Waits for the probe, which fails; tells how long it had to wait. */
function failedProbe(): number {
  const { waitMs } = breaker;
  vi.advanceTimersByTime(waitMs);
  expect(breaker.admits()).toBe(true);
  fail();
  return waitMs;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  breaker = new CircuitBreaker(OPTIONS);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a breaker', () => {
  it('lets everything through while all is well, and has no timer', () => {
    for (let count = 0; count < 10; count++) {
      expect(breaker.admits()).toBe(true);
      breaker.succeeded();
    }
    expect(breaker).toMatchObject({ state: 'closed', waitMs: 0 });
    expect(breaker.since).toBeUndefined();
    expect(breaker.until).toBeUndefined();
  });

  it('opens after so many failures in a row', () => {
    fail(2);
    breaker.succeeded();
    fail(2);
    expect(breaker.state).toBe('closed');
    fail();
    expect(breaker).toMatchObject({ state: 'open', since: Date.now(), until: Date.now() + 5000 });
    expect(breaker.admits()).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets one probe through when its time is up, and nothing beside it', () => {
    fail(3);
    vi.advanceTimersByTime(4999);
    expect(breaker.admits()).toBe(false);
    vi.advanceTimersByTime(1);
    expect(breaker.admits()).toBe(true);
    expect(breaker.state).toBe('half_open');
    expect(breaker.admits()).toBe(false);
    expect(breaker.admitsNow()).toBe(false);
  });

  it('closes with the probe that works, and tells', () => {
    const onClose = vi.fn<() => void>();
    breaker.onClose(onClose);
    fail(3);
    vi.advanceTimersByTime(5000);
    breaker.admits();
    breaker.succeeded();
    expect(breaker.state).toBe('closed');
    expect(breaker.since).toBeUndefined();
    expect(onClose).toHaveBeenCalledOnce();
    breaker.succeeded();
    expect(onClose).toHaveBeenCalledOnce();
    fail(2);
    expect(breaker.state).toBe('closed');
  });

  it('waits twice as long after each probe that fails, up to its bound, and starts over', () => {
    const begin = Date.now();
    fail(3);
    const waits = Array.from({ length: 6 }, failedProbe);
    expect(waits).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000]);
    expect(breaker.since).toBe(begin);
    breaker.succeeded();
    fail(3);
    expect(breaker.waitMs).toBe(5000);
  });

  it('comes up to a fifth earlier or later than the others', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    fail(3);
    expect(breaker.waitMs).toBe(4000);
    breaker.succeeded();
    vi.spyOn(Math, 'random').mockReturnValue(0.999_999);
    fail(3);
    expect(breaker.waitMs).toBe(6000);
  });

  it('lets a probe through at once for whoever has no more time', () => {
    fail(3);
    expect(breaker.admitsNow()).toBe(true);
    expect(breaker.state).toBe('half_open');
    fail();
    expect(breaker.waitMs).toBe(10_000);
  });

  it('does not stay half open when the probe was cut off', () => {
    fail(3);
    breaker.admitsNow();
    breaker.failed(closedError());
    expect(breaker.state).toBe('open');
    expect(breaker.admits()).toBe(true);
  });

  it('is not moved by attempts that end while it is open', () => {
    fail(3);
    const { until } = breaker;
    fail(10);
    expect(breaker.until).toBe(until);
  });

  it('does not care when somebody sets the clock', () => {
    fail(3);
    vi.setSystemTime(Date.now() - 86_400_000);
    expect(breaker.waitMs).toBe(5000);
  });
});

describe('what counts', () => {
  it.each([
    { httpStatus: 401 },
    { httpStatus: 403 },
    { httpStatus: 404 },
    { httpStatus: 429 },
    { httpStatus: 500 },
    { httpStatus: 503 },
    { grpcStatus: 14 },
    { grpcStatus: 16 },
    { code: 'ETIMEDOUT' },
    { code: 'ENOTOTLP' },
    { code: 'CERT_HAS_EXPIRED' },
  ])('is %j', (facts) => {
    fail(3, new ExportError('', facts));
    expect(breaker.state).toBe('open');
  });

  it.each([new Error('of an exporter of somebody else'), 'text', undefined])('is %s', (error) => {
    fail(3, error);
    expect(breaker.state).toBe('open');
  });

  it.each([
    { httpStatus: 400 },
    { httpStatus: 413 },
    { grpcStatus: 3 },
    { code: 'ETOOLARGE', grpcStatus: 8 },
  ])('is not %j, which is about one batch: the backend is there', (facts) => {
    fail(2);
    fail(1, new ExportError('', facts));
    fail(2);
    expect(breaker.state).toBe('closed');
    fail();
    vi.advanceTimersByTime(5000);
    breaker.admits();
    fail(1, new ExportError('', facts));
    expect(breaker.state).toBe('closed');
  });
});

describe('a backend that asks for time', () => {
  it('gets it, before as many attempts have failed', () => {
    fail();
    breaker.leaveAlone(120_000);
    expect(breaker).toMatchObject({ state: 'open', waitMs: 120_000 });
    breaker.leaveAlone(10_000);
    expect(breaker.waitMs).toBe(120_000);
  });

  it('gets an hour at most', () => {
    breaker.leaveAlone(1e15);
    expect(breaker.waitMs).toBe(3_600_000);
  });

  it('gets it also where nothing else opens the breaker', () => {
    breaker = CircuitBreaker.none();
    fail(100);
    expect(breaker.state).toBe('closed');
    breaker.leaveAlone(1000);
    expect(breaker.admits()).toBe(false);
    vi.advanceTimersByTime(1000);
    expect(breaker.admits()).toBe(true);
    fail();
    expect(breaker.state).toBe('closed');
  });
});
