import { stat } from 'node:fs';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import { Delivery } from '../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { PartialSuccessError } from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { ObservedExporter } from '../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import { TransportExporter } from '../../../../libs/nestrace/src/pipeline/exporters/transport.exporter.js';
import { HeldExporter, settled } from '../../support/held-exporter.js';
import { ListLog } from '../../support/list-log.js';
import { oneByOne } from '../../support/one-by-one.format.js';

const { SUCCESS, FAILED } = ExportResultCode;
const SPANS = [{ name: 'a' }, { name: 'b' }] as ReadableSpan[];
const TIMEOUT_MS = 1000;

type Send = (spans: ReadableSpan[], done: (result: ExportResult) => void) => unknown;

let log: ListLog;
let delivery: Delivery;
let answers: ExportResult[];

beforeEach(() => {
  vi.useFakeTimers();
  log = new ListLog();
  delivery = new Delivery('target', log);
  answers = [];
});
afterEach(() => {
  vi.useRealTimers();
});

function observe(inner: SpanExporter): ObservedExporter {
  return new ObservedExporter(inner, delivery, TIMEOUT_MS);
}

/** Exports through an exporter that behaves like this. */
function send(behaviour: Send): void {
  observe({ export: behaviour, shutdown: async () => {} }).export(SPANS, (result) => {
    answers.push(result);
  });
}

function unreadableError(): Error {
  return Object.defineProperty(new Error(), 'message', {
    get: () => {
      throw new Error('hostile');
    },
  });
}

describe('ObservedExporter', () => {
  it('counts an export that worked, with the time it took', () => {
    send((spans, done) => {
      expect(spans).toBe(SPANS);
      setTimeout(done, 20, { code: SUCCESS });
    });
    vi.advanceTimersByTime(20);
    expect(answers).toEqual([{ code: SUCCESS }]);
    expect(delivery).toMatchObject({ exported: 2, failed: 0, lastExportMs: 20 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts an answer that comes at once', () => {
    send((_, done) => {
      done({ code: SUCCESS });
    });
    expect(delivery.exported).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts an export that failed, with its reason', () => {
    const error = new Error('refused');
    send((_, done) => {
      done({ code: FAILED, error });
    });
    expect(answers).toEqual([{ code: FAILED, error }]);
    expect(delivery).toMatchObject({ exported: 0, failed: 2, lastError: { message: 'refused' } });
  });

  it('finds words for a failure without a reason', () => {
    send((_, done) => {
      done({ code: FAILED });
    });
    expect(delivery.lastError?.message).toBe('the exporter gave no reason');
  });

  it('understands a partial success, and nothing else in a success', () => {
    send((_, done) => {
      done({ code: SUCCESS, error: new PartialSuccessError(1, 'too old') });
    });
    expect(delivery).toMatchObject({ exported: 1, failed: 1 });
    send((_, done) => {
      done({ code: SUCCESS, error: new Error('odd') });
    });
    expect(delivery).toMatchObject({ exported: 3, failed: 1 });
  });

  it('takes an exporter that throws for failed', () => {
    send(() => {
      throw new Error('broken');
    });
    expect(answers).toEqual([{ code: FAILED, error: new Error('broken') }]);
    expect(delivery).toMatchObject({ failed: 2, lastError: { message: 'broken' } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes an exporter that throws after its answer by its answer', () => {
    send((_, done) => {
      done({ code: SUCCESS });
      throw new Error('broken');
    });
    expect(answers).toEqual([{ code: SUCCESS }]);
    expect(delivery).toMatchObject({ exported: 2, failed: 0 });
  });

  it('takes an exporter that never answers for failed when its time is up', () => {
    send(() => {});
    vi.advanceTimersByTime(TIMEOUT_MS - 1);
    expect(answers).toEqual([]);
    // And a turn of the event loop.
    vi.advanceTimersByTime(2);
    expect(answers).toEqual([
      { code: FAILED, error: expect.objectContaining({ message: 'no answer within 1000 ms' }) },
    ]);
    expect(delivery).toMatchObject({ exported: 0, failed: 2, lastExportMs: TIMEOUT_MS + 1 });
    expect(delivery.lastError?.hint).toContain('There was no answer in time');
  });

  it('hears an answer that was there when its time was up, and had not been read', async () => {
    vi.useRealTimers();
    const outcome = new Promise<ExportResult>((resolve) => {
      const slow: SpanExporter = {
        export: (_, done) => {
          // Answers where Node reads, which is after it has run timers.
          stat('.', () => done({ code: SUCCESS }));
        },
        shutdown: async () => {},
      };
      new ObservedExporter(slow, delivery, 20).export([], resolve);
    });
    const until = performance.now() + 60;
    while (performance.now() < until);
    expect(await outcome).toEqual({ code: SUCCESS });
  });

  it('does not hear an answer that comes too late', () => {
    send((_, done) => {
      setTimeout(done, TIMEOUT_MS + 1, { code: SUCCESS });
    });
    vi.advanceTimersByTime(TIMEOUT_MS * 2);
    expect(answers.map(({ code }) => code)).toEqual([FAILED]);
    expect(delivery).toMatchObject({ exported: 0, failed: 2 });
  });

  it('hears an exporter that answers twice once', () => {
    send((_, done) => {
      done({ code: FAILED });
      done({ code: SUCCESS });
      done({ code: SUCCESS });
    });
    expect(answers.map(({ code }) => code)).toEqual([FAILED]);
    expect(delivery).toMatchObject({ exported: 0, failed: 2 });
  });

  it('takes an exporter whose promise rejects for failed', async () => {
    send(() => Promise.reject(new Error('no')));
    await settled();
    expect(answers).toMatchObject([{ code: FAILED, error: { message: 'no' } }]);
    expect(delivery).toMatchObject({ exported: 0, failed: 2, lastError: { message: 'no' } });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes what has no answer when it is shut down for failed, and hears no later one', async () => {
    const inner = new HeldExporter();
    const observed = observe(inner);
    observed.export(SPANS, (result) => answers.push(result));
    await observed.shutdown();
    expect(answers).toMatchObject([{ code: FAILED, error: { facts: { code: 'ECLOSED' } } }]);
    await inner.answer();
    expect(answers).toHaveLength(1);
    expect(delivery).toMatchObject({ exported: 0, failed: 2 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('hears an answer that comes while it is shut down', async () => {
    const inner = new HeldExporter();
    vi.spyOn(inner, 'shutdown').mockImplementation(() => inner.answer());
    const observed = observe(inner);
    observed.export(SPANS, (result) => answers.push(result));
    await observed.shutdown();
    expect(answers).toEqual([{ code: SUCCESS }]);
  });

  it('takes what has no answer for failed also when the shutdown fails', async () => {
    const inner = new HeldExporter();
    vi.spyOn(inner, 'shutdown').mockRejectedValue(new Error('no'));
    const observed = observe(inner);
    observed.export(SPANS, (result) => answers.push(result));
    await expect(observed.shutdown()).rejects.toThrow('no');
    expect(answers).toMatchObject([{ code: FAILED, error: { facts: { code: 'ECLOSED' } } }]);
  });

  it('does not keep the process alive while it waits', () => {
    vi.useRealTimers();
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    send(() => {});
    const timer = setTimer.mock.results[0]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    clearTimeout(timer);
    setTimer.mockRestore();
  });

  it('answers even when the reason of a failure cannot be read', () => {
    const before = failureCounts().get('exporter') ?? 0;
    send((_, done) => {
      done({ code: FAILED, error: unreadableError() });
    });
    expect(answers.map(({ code }) => code)).toEqual([FAILED]);
    expect(delivery.failed).toBe(2);
    expect(failureCounts().get('exporter')).toBe(before + 1);
  });

  it('passes flush and shutdown on', async () => {
    const inner = new HeldExporter();
    const observed = observe(inner);
    await observed.forceFlush();
    await observed.shutdown();
    expect(inner).toMatchObject({ flushes: 1, shutdowns: 1 });
  });

  it('can flush an exporter that knows no flush', async () => {
    const observed = observe({ export: () => {}, shutdown: async () => {} });
    await expect(observed.forceFlush()).resolves.toBeUndefined();
  });

  it('tells whether output is only useful at once', () => {
    const inner = new HeldExporter();
    expect(new ObservedExporter(inner, delivery, TIMEOUT_MS).immediate).toBe(false);
    expect(new ObservedExporter(inner, delivery, TIMEOUT_MS, true).immediate).toBe(true);
  });
});

describe('a batch of an ObservedExporter', () => {
  it('is the list an exporter takes that knows only the SDK', () => {
    const inner = new HeldExporter();
    const observed = observe(inner);
    const batch = observed.startBatch();
    for (const span of SPANS) expect(observed.addTo(batch, span)).toBe(true);
    observed.exportBatch(batch, (result) => answers.push(result));
    expect(inner.batches).toEqual([['a', 'b']]);
    expect(answers).toEqual([]);
  });

  it('is counted as an export is', async () => {
    for (const error of [undefined, new Error('refused')]) {
      const inner = new HeldExporter();
      const observed = observe(inner);
      const batch = observed.startBatch();
      for (const span of SPANS) observed.addTo(batch, span);
      observed.exportBatch(batch, () => {});
      vi.advanceTimersByTime(20);
      await inner.answer(error);
    }
    expect(delivery).toMatchObject({ exported: 2, failed: 2, lastExportMs: 20 });
    expect(delivery.lastError?.message).toBe('refused');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('fails when its exporter throws or rejects', async () => {
    const behaviours: Send[] = [
      () => {
        throw new Error('broken');
      },
      () => Promise.reject(new Error('broken')),
    ];
    for (const behaviour of behaviours) {
      const observed = observe({ export: behaviour, shutdown: async () => {} });
      const batch = observed.startBatch();
      for (const span of SPANS) observed.addTo(batch, span);
      observed.exportBatch(batch, (result) => answers.push(result));
      await settled();
    }
    expect(answers).toMatchObject([
      { code: FAILED, error: { message: 'broken' } },
      { code: FAILED, error: { message: 'broken' } },
    ]);
    expect(delivery.failed).toBe(4);
  });

  it('counts a span that cannot be written as failed, and tells nothing of a duration', () => {
    const transport = { send: () => new Promise<never>(() => {}), close: () => {} };
    const observed = observe(new TransportExporter(oneByOne(), transport, TIMEOUT_MS));
    const batch = observed.startBatch();
    expect(observed.addTo(batch, { name: 'broken' } as ReadableSpan)).toBe(false);
    expect(batch.size).toBe(0);
    expect(delivery).toMatchObject({ failed: 1, exported: 0, lastExportMs: undefined });
    expect(delivery.lastError?.message).toBe('cannot be written');
  });

  it('takes a span whose error cannot even be read for failed', () => {
    const observed = observe(new HeldExporter());
    const batch = observed.startBatch();
    vi.spyOn(batch, 'add').mockImplementation(() => {
      throw unreadableError();
    });
    expect(observed.addTo(batch, SPANS[0] as ReadableSpan)).toBe(false);
    expect(delivery.failed).toBe(1);
  });
});
