import type { ExportResult } from '@opentelemetry/core';
import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CircuitBreaker } from '../../../../libs/nestrace/src/pipeline/exporters/circuit-breaker.js';
import { Delivery } from '../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { ExportError } from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { ObservedExporter } from '../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import { TransportExporter } from '../../../../libs/nestrace/src/pipeline/exporters/transport.exporter.js';
import type { Transport } from '../../../../libs/nestrace/src/pipeline/exporters/transport.js';
import { BatchProcessor } from '../../../../libs/nestrace/src/pipeline/processors/batch.processor.js';
import { SimpleProcessor } from '../../../../libs/nestrace/src/pipeline/processors/simple.processor.js';
import { recordSpans } from '../../../support/recorded-spans.js';
import { settled } from '../../support/held-exporter.js';
import { oneByOne } from '../../support/one-by-one.format.js';
import { ListLog } from '../../support/list-log.js';

const BATCH = {
  maxQueueSize: 10,
  maxExportBatchSize: 4,
  scheduledDelayMs: 1000,
  exportTimeoutMs: 5000,
};
const KEEP_MS = 60_000;

/** A backend that is there or not; what it is given while it is away may be tried again. */
class Backend implements SpanExporter {
  readonly batches: string[][] = [];
  isThere = false;
  mayPass = true;

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.batches.push(spans.map(({ name }) => name));
    if (this.isThere) return done({ code: ExportResultCode.SUCCESS });
    const error = new ExportError('connect ECONNREFUSED', { code: 'ECONNREFUSED' });
    error.mayPass = this.mayPass;
    done({ code: ExportResultCode.FAILED, error });
  }

  async shutdown(): Promise<void> {}
}

let backend: Backend;
let breaker: CircuitBreaker;
let delivery: Delivery;
let log: ListLog;
let exporter: ObservedExporter;

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  backend = new Backend();
  log = new ListLog();
  breaker = new CircuitBreaker({ enabled: true, failures: 2, openMs: 5000, maxOpenMs: 20_000 });
  delivery = new Delivery('target', log, breaker);
  exporter = new ObservedExporter(backend, delivery, 5000);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const wait = (milliseconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);

function end(to: { onEnd(span: ReadableSpan): void }, ...names: (string | number)[]): void {
  const spans = recordSpans((tracer) => {
    for (const name of names) tracer.startSpan(String(name)).end();
  });
  for (const span of spans) to.onEnd(span);
}

describe('the batch processor', () => {
  let processor: BatchProcessor;

  beforeEach(() => {
    processor = new BatchProcessor(exporter, BATCH, KEEP_MS);
  });

  it('keeps what could not be sent, in front of what came later', async () => {
    end(processor, 'a');
    await wait(1000);
    end(processor, 'b');
    expect(delivery).toMatchObject({ failed: 0, waiting: 2, exports: { failed: 1 } });
    expect(processor.queued).toBe(2);
    backend.isThere = true;
    await wait(2000);
    expect(backend.batches).toEqual([['a'], ['a'], ['b']]);
    expect(delivery).toMatchObject({ accepted: 2, exported: 2, failed: 0, waiting: 0 });
  });

  it('sends nothing while the breaker is open, then one batch, then everything', async () => {
    end(processor, 'a');
    await wait(2000);
    expect(breaker.state).toBe('open');
    end(processor, 1, 2, 3, 4, 5, 6);
    backend.batches.length = 0;
    await wait(4900);
    expect(backend.batches).toEqual([]);
    await wait(200);
    expect(backend.batches).toEqual([['a']]);
    expect(breaker.state).toBe('open');

    backend.isThere = true;
    await wait(10_000);
    expect(backend.batches.slice(1)).toEqual([['a'], ['1', '2', '3', '4'], ['5', '6']]);
    expect(delivery).toMatchObject({ accepted: 7, exported: 7, failed: 0 });
    expect(log.lines.at(-1)?.message).toMatch(
      /again, after \d+ s; 0 were lost meanwhile, 7 waited and are sent now\.$/,
    );
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits between two attempts, however much there is, where no breaker does', async () => {
    delivery = new Delivery('target', log, CircuitBreaker.none());
    processor = new BatchProcessor(new ObservedExporter(backend, delivery, 5000), BATCH, KEEP_MS);
    end(processor, 1, 2, 3, 4, 5);
    await wait(500);
    end(processor, 6, 7);
    await wait(400);
    expect(backend.batches).toEqual([['1', '2', '3', '4']]);
    await wait(200);
    expect(backend.batches).toHaveLength(2);
    backend.isThere = true;
    await wait(2200);
    expect(backend.batches.slice(2)).toEqual([
      ['1', '2', '3', '4'],
      ['5', '6', '7'],
    ]);
    expect(delivery).toMatchObject({ accepted: 7, exported: 7, waiting: 0 });
  });

  it('fills its queue meanwhile, no further, and counts what it drops', async () => {
    end(processor, 'a');
    await wait(2000);
    for (let count = 0; count < 50; count++) end(processor, count);
    expect(processor.queued).toBe(10);
    expect(delivery).toMatchObject({ failed: 0, dropped: { queue_full: 41 }, waiting: 10 });
    expect(log.lines.at(-1)?.message).toContain('It fills because nothing can be delivered.');
  });

  it('lets a batch fail when others have taken its room', async () => {
    const held: ((result: ExportResult) => void)[] = [];
    vi.spyOn(backend, 'export').mockImplementation((_, done) => held.push(done));
    end(processor, 1, 2, 3, 4);
    await wait(0);
    for (let count = 0; count < 10; count++) end(processor, `new ${count}`);
    const error = new ExportError('', { code: 'ECONNREFUSED' });
    error.mayPass = true;
    held[0]?.({ code: ExportResultCode.FAILED, error });
    await settled();
    expect(delivery).toMatchObject({ failed: 4, failedBy: { unreachable: 4 } });
    expect(processor.queued + 4).toBe(10);
  });

  it('lets a batch fail that has waited too long', async () => {
    end(processor, 'a');
    await wait(KEEP_MS);
    expect(delivery.failed).toBe(0);
    end(processor, 'b');
    await wait(50_000);
    expect(delivery).toMatchObject({ failed: 1, waiting: 1 });
    expect(backend.batches.at(-1)).toEqual(['b']);
  });

  it('lets a batch fail that will not be taken later either', async () => {
    backend.mayPass = false;
    end(processor, 'a');
    await wait(1000);
    expect(delivery).toMatchObject({ failed: 1, waiting: 0 });
  });

  it('keeps nothing where that is not wanted', async () => {
    processor = new BatchProcessor(exporter, BATCH);
    end(processor, 'a');
    await wait(1000);
    expect(delivery).toMatchObject({ failed: 1, waiting: 0 });
  });

  it('has no timer that keeps the process alive', async () => {
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    end(processor, 'a');
    await wait(3000);
    expect(breaker.state).toBe('open');
    for (const { value } of setTimer.mock.results) {
      expect((value as NodeJS.Timeout).hasRef()).toBe(false);
    }
  });

  it('goes on at once when a test of somebody else has closed the breaker', async () => {
    end(processor, 1, 2, 3, 4);
    await wait(2000);
    expect(breaker.state).toBe('open');
    backend.isThere = true;
    delivery.accepted++;
    exporter.export(
      recordSpans((tracer) => {
        tracer.startSpan('test').end();
      }),
      () => {},
    );
    await wait(0);
    expect(backend.batches.at(-1)).toEqual(['1', '2', '3', '4']);
  });

  describe('at a flush', () => {
    it('asks a backend that is away once, and ends', async () => {
      end(processor, 1, 2, 3, 4, 5, 6);
      await wait(2000);
      const before = backend.batches.length;
      await processor.forceFlush();
      expect(backend.batches.length - before).toBe(1);
      expect(processor.queued).toBe(6);
    });

    it('sends everything when that one works', async () => {
      end(processor, 1, 2, 3, 4, 5, 6);
      await wait(2000);
      backend.isThere = true;
      await processor.forceFlush();
      expect(processor.queued).toBe(0);
      expect(delivery.exported).toBe(6);
    });

    it('does not send the same batch again and again', async () => {
      end(processor, 1, 2, 3, 4, 5, 6);
      await processor.forceFlush();
      expect(backend.batches).toEqual([['1', '2', '3', '4']]);
    });
  });

  describe('at the end', () => {
    it('asks once, and counts what waits as dropped', async () => {
      end(processor, 1, 2, 3, 4, 5, 6);
      await wait(2000);
      const before = backend.batches.length;
      backend.mayPass = false;
      await processor.forceFlush();
      await processor.shutdown();
      expect(backend.batches.length - before).toBe(1);
      expect(delivery).toMatchObject({
        accepted: 6,
        failed: 4,
        dropped: { shutdown: 2 },
        waiting: 0,
      });
      expect(vi.getTimerCount()).toBe(0);
    });

    it('asks once also when nobody has flushed before', async () => {
      end(processor, 1, 2, 3, 4, 5, 6);
      await wait(2000);
      const before = backend.batches.length;
      await processor.shutdown();
      expect(backend.batches.length - before).toBe(1);
      expect(delivery.waiting).toBe(0);
    });

    it('delivers everything when the backend is back', async () => {
      end(processor, 1, 2, 3, 4, 5, 6);
      await wait(2000);
      backend.isThere = true;
      await processor.shutdown();
      expect(delivery).toMatchObject({ exported: 6, failed: 0, dropped: { shutdown: 0 } });
    });
  });
});

describe('the simple processor', () => {
  let processor: SimpleProcessor;

  beforeEach(() => {
    processor = new SimpleProcessor(exporter);
  });

  /** Two spans are what it takes to open the breaker. */
  function open(): void {
    end(processor, 'x', 'y');
    expect(breaker.state).toBe('open');
    backend.batches.length = 0;
  }

  it('holds spans while the breaker is open, sends one, then all of them', async () => {
    open();
    end(processor, 1, 2, 3);
    await wait(4900);
    expect(backend.batches).toEqual([]);
    await wait(200);
    expect(backend.batches).toEqual([['1']]);
    backend.isThere = true;
    end(processor, 4);
    await wait(10_000);
    expect(backend.batches).toEqual([['1'], ['2'], ['3'], ['4']]);
    end(processor, 5);
    expect(backend.batches.at(-1)).toEqual(['5']);
    expect(delivery).toMatchObject({ accepted: 7, exported: 4, failed: 3, waiting: 0 });
    await settled();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('has another probe where a span cannot be written', async () => {
    const sent: string[] = [];
    const transport: Transport = {
      send: async (body) => {
        sent.push(Buffer.from(body).toString());
        breaker.succeeded();
        return { outcome: 'ok', body: new Uint8Array() };
      },
      close: () => {},
    };
    const inner = new TransportExporter(oneByOne(), transport, 5000);
    open();
    const other = new SimpleProcessor(new ObservedExporter(inner, delivery, 5000));
    end(other, 'broken');
    await wait(6000);
    expect(breaker.state).toBe('open');
    end(other, 'broken', 'a', 'b');
    await wait(20_000);
    await settled();
    expect(sent).toEqual(['one by one: a', 'one by one: b']);
    expect(breaker.state).toBe('closed');
    expect(delivery).toMatchObject({ accepted: 6, exported: 2, failed: 4, waiting: 0 });
  });

  it('holds no more than it would have under way', async () => {
    open();
    await settled();
    for (let count = 0; count < 2100; count += 100) {
      end(processor, ...Array.from({ length: 100 }, (_, index) => index));
    }
    expect(processor.held).toBe(2048);
    expect(delivery.dropped.queue_full).toBe(52);
  });

  it('asks once at a flush, and drops the rest at the end', async () => {
    open();
    end(processor, 1, 2, 3);
    await processor.forceFlush();
    expect(backend.batches).toEqual([['1']]);
    await processor.shutdown();
    expect(backend.batches).toEqual([['1']]);
    expect(delivery).toMatchObject({
      accepted: 5,
      failed: 3,
      dropped: { shutdown: 2 },
      waiting: 0,
    });
  });

  it('sends everything at a flush when the backend is back', async () => {
    open();
    end(processor, ...Array.from({ length: 100 }, (_, index) => index));
    backend.isThere = true;
    await processor.forceFlush();
    expect(delivery).toMatchObject({ exported: 100, waiting: 0 });
  });
});
