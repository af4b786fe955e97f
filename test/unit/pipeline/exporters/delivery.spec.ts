import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  ExportError,
  PartialSuccessError,
} from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import { Delivery } from '../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { ListLog } from '../../support/list-log.js';

const LABEL = 'otlp (grpc, http://localhost:4317)';
const REFUSED = new ExportError('connect ECONNREFUSED', { code: 'ECONNREFUSED' });

let log: ListLog;
let delivery: Delivery;

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2026-01-01T00:00:00Z') });
  log = new ListLog();
  delivery = new Delivery(LABEL, log);
});
afterEach(() => {
  vi.useRealTimers();
});

const wait = (seconds: number): void => {
  vi.advanceTimersByTime(seconds * 1000);
};

describe('a delivery that works', () => {
  it('counts what the backend took and says nothing', () => {
    delivery.succeeded(3, 12);
    delivery.succeeded(2, 8);
    expect(delivery).toMatchObject({
      exported: 5,
      failed: 0,
      lastExportMs: 8,
      lastSuccessAt: new Date('2026-01-01T00:00:00Z'),
      lastError: undefined,
    });
    expect(log.lines).toEqual([]);
  });

  it('begins at nothing', () => {
    expect(delivery).toMatchObject({
      label: LABEL,
      accepted: 0,
      exported: 0,
      failed: 0,
      dropped: { queue_full: 0, shutdown: 0 },
      lastExportMs: undefined,
      lastSuccessAt: undefined,
    });
  });
});

describe('a delivery that fails', () => {
  it('is said once, with the hint, while it goes on', () => {
    for (let count = 0; count < 10; count++) {
      delivery.failedWith(REFUSED, 5, 3);
      wait(30);
    }
    expect(log.lines).toEqual([
      {
        level: 'warn',
        message:
          `Spans cannot be delivered to ${LABEL}: connect ECONNREFUSED. Nothing listens there. ` +
          'Is the collector or Jaeger running? The application is not affected; this is said ' +
          'once, until it works again.',
      },
    ]);
    expect(delivery).toMatchObject({ failed: 50, exported: 0, lastExportMs: 3 });
  });

  it('is said without a hint where there is none', () => {
    delivery.failedWith(new Error('odd'), 1, 1);
    expect(log.lines[0]?.message).toBe(
      `Spans cannot be delivered to ${LABEL}: odd. The application is not affected; this is ` +
        'said once, until it works again.',
    );
  });

  it('keeps the last error, with the time and the hint', () => {
    delivery.failedWith(REFUSED, 1, 1);
    expect(delivery.lastError).toEqual({
      at: new Date('2026-01-01T00:00:00Z'),
      message: 'connect ECONNREFUSED',
      hint: expect.stringContaining('Nothing listens there'),
    });
    wait(1);
    delivery.failedWith('just text', 1, 1);
    expect(delivery.lastError).toEqual({
      at: new Date('2026-01-01T00:00:01Z'),
      message: 'just text',
    });
  });

  it('is said at the first attempt, while the spans are not lost yet', () => {
    delivery.attemptFailed(REFUSED);
    expect(log.lines).toHaveLength(1);
    expect(delivery.failed).toBe(0);
    delivery.failedWith(REFUSED, 4, 1);
    expect(log.lines).toHaveLength(1);
    expect(delivery.failed).toBe(4);
  });

  it('is said to be over, with how long it took and what was lost', () => {
    delivery.failedWith(REFUSED, 5, 1);
    wait(20);
    delivery.failedWith(REFUSED, 7, 1);
    wait(22.4);
    delivery.succeeded(1, 1);
    delivery.succeeded(1, 1);
    expect(log.lines.slice(1)).toEqual([
      {
        level: 'info',
        message: `Spans are delivered to ${LABEL} again, after 42 s; 12 were lost meanwhile (backend not reachable).`,
      },
    ]);
  });

  it('loses nothing when a further attempt works', () => {
    delivery.attemptFailed(REFUSED);
    wait(1);
    delivery.succeeded(5, 1);
    expect(log.lines[1]?.message).toContain('after 1 s; 0 were lost meanwhile');
  });

  it('counts only what this trouble has cost', () => {
    delivery.failedWith(REFUSED, 5, 1);
    delivery.succeeded(1, 1);
    wait(120);
    delivery.failedWith(REFUSED, 2, 1);
    delivery.succeeded(1, 1);
    expect(log.lines.at(-1)?.message).toContain('2 were lost meanwhile');
  });
});

describe('a delivery that comes and goes', () => {
  it('is said at most once a minute, and its recovery only when the failure was said', () => {
    for (let second = 0; second < 59; second++) {
      delivery.failedWith(REFUSED, 1, 1);
      delivery.succeeded(1, 1);
      wait(1);
    }
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info']);
    wait(1);
    delivery.failedWith(REFUSED, 1, 1);
    delivery.succeeded(1, 1);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info', 'warn', 'info']);
  });

  it('is said after all when trouble that began within that minute does not end', () => {
    delivery.failedWith(REFUSED, 1, 1);
    delivery.succeeded(1, 1);
    wait(10);
    delivery.failedWith(REFUSED, 3, 1);
    expect(log.lines).toHaveLength(2);
    wait(49);
    delivery.failedWith(REFUSED, 3, 1);
    expect(log.lines).toHaveLength(2);
    wait(1);
    delivery.failedWith(REFUSED, 3, 1);
    delivery.failedWith(REFUSED, 3, 1);
    expect(log.lines.map(({ level }) => level)).toEqual(['warn', 'info', 'warn']);
    wait(30);
    delivery.succeeded(1, 1);
    expect(log.lines.at(-1)?.message).toContain('after 80 s; 12 were lost meanwhile');
  });
});

describe('a partial success', () => {
  it('counts on both sides and is said', () => {
    delivery.succeeded(10, 1, new PartialSuccessError(3, 'too old'));
    expect(delivery).toMatchObject({ exported: 7, failed: 3 });
    expect(log.lines).toEqual([
      {
        level: 'warn',
        message: `${LABEL} took a batch of 10 spans only in part, 3 were rejected: too old.`,
      },
    ]);
  });

  it('is said at most once a minute', () => {
    for (let second = 0; second < 61; second++) {
      delivery.succeeded(1, 1, new PartialSuccessError(1, ''));
      wait(1);
    }
    expect(log.lines).toHaveLength(2);
  });

  it('never counts more spans than there were', () => {
    delivery.succeeded(2, 1, new PartialSuccessError(99, ''));
    expect(delivery).toMatchObject({ exported: 0, failed: 2 });
  });

  it('ends a trouble', () => {
    delivery.failedWith(REFUSED, 1, 1);
    delivery.succeeded(2, 1, new PartialSuccessError(1, ''));
    expect(log.lines.at(-1)?.message).toContain('are delivered');
  });
});

describe('a drop', () => {
  it('is counted by its reason', () => {
    delivery.drop(1, 'queue_full');
    delivery.drop(2, 'queue_full');
    delivery.drop(4, 'shutdown');
    expect(delivery.dropped).toEqual({ queue_full: 3, shutdown: 4 });
  });

  it('because of a full queue is said at most once a minute, with the count so far', () => {
    for (let second = 0; second < 61; second++) {
      delivery.drop(10, 'queue_full');
      wait(1);
    }
    expect(log.lines).toEqual([
      {
        level: 'warn',
        message:
          `The queue of ${LABEL} is full, spans are dropped (10 so far). Raise ` +
          'batch.maxQueueSize or lower sampling.ratio if the backend is well.',
      },
      { level: 'warn', message: expect.stringContaining('(610 so far)') },
    ]);
  });

  it('at shutdown is not said: whoever shuts down says it', () => {
    delivery.drop(1000, 'shutdown');
    expect(log.lines).toEqual([]);
  });
});

function brokenLog(): never {
  throw new Error('the log is broken');
}

describe('a log that throws', () => {
  it('does not spoil the counts', () => {
    log.info = brokenLog;
    log.warn = brokenLog;
    delivery.failedWith(REFUSED, 5, 1);
    delivery.drop(2, 'queue_full');
    delivery.succeeded(4, 1, new PartialSuccessError(1, ''));
    expect(delivery).toMatchObject({
      exported: 3,
      failed: 6,
      dropped: { queue_full: 2, shutdown: 0 },
    });
    expect(failureCounts().get('log')).toBe(4);
  });
});

describe('what waits', () => {
  it('is everything that is neither delivered nor lost', () => {
    delivery.accepted = 20;
    delivery.succeeded(5, 1);
    delivery.failedWith(REFUSED, 3, 1);
    delivery.drop(2, 'queue_full');
    delivery.drop(1, 'shutdown');
    delivery.postponed(REFUSED, 4, 1);
    expect(delivery.waiting).toBe(9);
    expect(delivery.exports).toMatchObject({ ok: 1, failed: 2 });
    expect(delivery.recent.map(({ isOk, isKept }) => [isOk, isKept])).toEqual([
      [true, false],
      [false, false],
      [false, true],
    ]);
  });

  it('is told when it can be delivered, with everything that was lost and why', () => {
    delivery.accepted = 1000;
    delivery.failedWith(REFUSED, 5, 1);
    delivery.failedWith(new ExportError('slow', { code: 'ETIMEDOUT' }), 7, 1);
    delivery.drop(30, 'queue_full');
    delivery.postponed(REFUSED, 10, 1);
    wait(90);
    delivery.succeeded(10, 1);
    expect(log.lines.at(-1)).toEqual({
      level: 'info',
      message:
        `Spans are delivered to ${LABEL} again, after 90 s; 42 were lost meanwhile (30 queue full, ` +
        '5 backend not reachable, 7 no answer in time), 958 waited and are sent now.',
    });
  });
});

describe('losses', () => {
  it('are counted by their reason, and together', () => {
    delivery.failedWith(REFUSED, 1, 1);
    delivery.failedWith(new ExportError('', { httpStatus: 401 }), 2, 1);
    delivery.failedWith(new ExportError('', { httpStatus: 503 }), 3, 1);
    delivery.failedWith(new Error('of somebody else'), 4);
    delivery.succeeded(10, 1, new PartialSuccessError(5, 'old'));
    delivery.succeeded(10, 1, new PartialSuccessError(6, 'big', { too_large: 4, rejected: 2 }));
    expect(delivery.failed).toBe(21);
    expect(delivery.failedBy).toEqual({
      unreachable: 1,
      refused: 2,
      unavailable: 3,
      other: 4,
      rejected: 7,
      too_large: 4,
      timeout: 0,
      shutdown: 0,
    });
  });

  it('of single spans that are too large come with a hint', () => {
    delivery.succeeded(10, 1, new PartialSuccessError(1, 'HTTP 413', { too_large: 1 }));
    expect(log.lines[0]?.message).toBe(
      `${LABEL} took a batch of 10 spans only in part, 1 were lost: HTTP 413. A single span is ` +
        'larger than the backend takes. Set limits.attributeValueLength, or raise its limit.',
    );
  });
});

describe('what is said once', () => {
  it('is that batches are cut, and that answers are odd', () => {
    for (let count = 0; count < 3; count++) {
      delivery.foundTooLarge(1_500_000);
      delivery.answeredOddly();
      wait(120);
    }
    expect(log.lines.map(({ level }) => level)).toEqual(['info', 'warn']);
    expect(log.lines[0]?.message).toContain('does not take 1465 KiB at once');
  });
});

describe('what others say', () => {
  it('is one line of bounded length, without secrets', () => {
    delivery.failedWith(new Error(`one\ntwo https://user:geheim@host/ ${'x'.repeat(1000)}`), 1, 1);
    const { message } = log.lines[0] ?? { message: '' };
    expect(message).toContain('one two https://');
    expect(message).not.toContain('geheim');
    expect(message).not.toContain('\n');
    expect(message.length).toBeLessThan(500);
  });
});
