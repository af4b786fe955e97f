import { context, ROOT_CONTEXT, type Tracer } from '@opentelemetry/api';
import { SamplingDecision, type SpanProcessor } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Delivery } from '../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { ObservedExporter } from '../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import { ProtobufFormat } from '../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/protobuf.format.js';
import { TransportExporter } from '../../../../libs/nestrace/src/pipeline/exporters/transport.exporter.js';
import { BatchProcessor } from '../../../../libs/nestrace/src/pipeline/processors/batch.processor.js';
import { createSampler } from '../../../../libs/nestrace/src/pipeline/sampling/head-sampler.js';
import { decodeProtobuf } from '../../../support/receivers/otlp-definitions.js';
import { otlpSpansOf } from '../../../support/receivers/otlp-span.js';
import { HeldExporter, settled } from '../../support/held-exporter.js';
import { ListLog } from '../../support/list-log.js';
import { resolve } from '../../support/options.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

const BATCH = {
  maxQueueSize: 10,
  maxExportBatchSize: 4,
  scheduledDelayMs: 1000,
  exportTimeoutMs: 5000,
};

let exporter: HeldExporter;
let delivery: Delivery;
let processor: BatchProcessor;
let tracing: Tracing;
let tracer: Tracer;

function start(batch: Partial<typeof BATCH> = {}): void {
  const options = { ...BATCH, ...batch };
  exporter = new HeldExporter();
  delivery = new Delivery('target', new ListLog());
  const observed = new ObservedExporter(exporter, delivery, options.exportTimeoutMs);
  processor = new BatchProcessor(observed, options);
  tracing = startTracing({ members: [processor] });
  tracer = tracing.tracer;
}

beforeEach(() => {
  vi.useFakeTimers();
  start();
});
afterEach(() => {
  tracing.stop();
  vi.useRealTimers();
});

function end(...names: (string | number)[]): void {
  for (const name of names) tracer.startSpan(String(name)).end();
}

/** Lets this much time pass, and everything run that comes with it. */
async function wait(milliseconds: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

function tellsTheTruth(): boolean {
  const { accepted, exported, failed, dropped } = delivery;
  const underWay = exporter.batches.slice(exporter.batches.length - exporter.underWay).flat();
  const waiting = processor.queued + underWay.length;
  return accepted === exported + failed + dropped.queue_full + dropped.shutdown + waiting;
}

describe('a span that ends', () => {
  it('waits for the delay, not longer', async () => {
    end('a');
    await wait(500);
    end('b');
    await wait(499);
    expect(exporter.batches).toEqual([]);
    expect(processor.queued).toBe(2);
    await wait(1);
    expect(exporter.batches).toEqual([['a', 'b']]);
    expect(processor.queued).toBe(0);
  });

  it('is never exported inside the call that ended it, even when the batch is full', async () => {
    end('a', 'b', 'c', 'd', 'e');
    await settled();
    expect(exporter.batches).toEqual([]);
    await wait(0);
    expect(exporter.batches).toEqual([['a', 'b', 'c', 'd']]);
  });

  it('is exported without waiting for the delay when the batch is full', async () => {
    end('a', 'b', 'c');
    await wait(10);
    expect(exporter.batches).toEqual([]);
    end('d');
    await wait(0);
    expect(exporter.batches).toEqual([['a', 'b', 'c', 'd']]);
    expect(vi.getTimerCount()).toBe(1);
    await exporter.answer();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is skipped and not counted when it is not sampled', async () => {
    const sampler = createSampler({
      ...resolve().sampling,
      sampler: {
        shouldSample: () => ({ decision: SamplingDecision.RECORD }),
        toString: () => 'RecordOnly',
      },
    });
    tracing.stop();
    tracing = startTracing({ sampler, members: [processor] });
    const recorded = tracing.tracer.startSpan('recorded');
    expect(recorded.isRecording()).toBe(true);
    recorded.end();
    await wait(5000);
    expect(exporter.batches).toEqual([]);
    expect(delivery.accepted).toBe(0);
  });

  it('is exported as the processors behind the queue have left it', async () => {
    const bodies: Uint8Array[] = [];
    const transport = {
      send: async (body: Uint8Array) => {
        bodies.push(body);
        return { outcome: 'ok', body: new Uint8Array() } as const;
      },
      close: () => {},
    };
    const otlp = new TransportExporter(new ProtobufFormat(), transport, 5000);
    processor = new BatchProcessor(new ObservedExporter(otlp, delivery, 5000), {
      ...BATCH,
      maxQueueSize: 1000,
      maxExportBatchSize: 100,
    });
    const redaction: SpanProcessor = {
      onStart: () => {},
      onEnd: (span) => {
        span.attributes['secret'] = 'removed';
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    tracing.stop();
    tracing = startTracing({ members: [processor, redaction] });
    for (let count = 0; count < 250; count++) {
      tracing.tracer.startSpan('span', { attributes: { secret: 'told' } }).end();
    }
    await processor.forceFlush();
    const spans = bodies.flatMap((body) => otlpSpansOf(decodeProtobuf(body)));
    expect(spans).toHaveLength(250);
    expect(new Set(spans.map(({ attributes }) => attributes['secret']))).toEqual(
      new Set(['removed']),
    );
    expect(delivery).toMatchObject({ accepted: 250, exported: 250 });
  });

  it('does not keep the process alive', () => {
    vi.useRealTimers();
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    end('a');
    const timer = setTimer.mock.results[0]?.value as NodeJS.Timeout;
    expect(timer.hasRef()).toBe(false);
    clearTimeout(timer);
    setTimer.mockRestore();
  });
});

describe('exports', () => {
  it('come one at a time, in order, while batches are full', async () => {
    end(1, 2, 3, 4, 5, 6, 7, 8, 9);
    await wait(0);
    expect(exporter.batches).toEqual([['1', '2', '3', '4']]);
    await wait(3000);
    expect(exporter.underWay).toBe(1);
    await exporter.answer();
    expect(exporter.batches).toHaveLength(2);
    expect(exporter.underWay).toBe(1);
    await exporter.answer();
    expect(exporter.batches).toEqual([
      ['1', '2', '3', '4'],
      ['5', '6', '7', '8'],
    ]);
    await wait(1000);
    expect(exporter.batches[2]).toEqual(['9']);
  });

  it('go on after one that failed', async () => {
    end('a');
    await wait(1000);
    await exporter.answer(new Error('refused'));
    end('b');
    await wait(1000);
    await exporter.answer();
    expect(exporter.batches).toEqual([['a'], ['b']]);
    expect(delivery).toMatchObject({ accepted: 2, exported: 1, failed: 1 });
  });

  it('go on after one that is never answered, once its time is up', async () => {
    end('a');
    await wait(1000);
    end('b');
    await wait(4999);
    expect(exporter.batches).toEqual([['a']]);
    await wait(2);
    expect(delivery.failed).toBe(1);
    await wait(1000);
    expect(exporter.batches).toEqual([['a'], ['b']]);
  });

  it('have batches no larger than the queue', async () => {
    start({ maxQueueSize: 2, maxExportBatchSize: 100 });
    end('a', 'b');
    await wait(0);
    expect(exporter.batches).toEqual([['a', 'b']]);
  });

  it('may follow each other without any delay', async () => {
    start({ scheduledDelayMs: 0 });
    end('a');
    expect(exporter.batches).toEqual([]);
    await wait(1);
    expect(exporter.batches).toEqual([['a']]);
  });
});

describe('the queue', () => {
  it('never holds more than its bound; what comes then is dropped and counted', async () => {
    end('under way');
    await wait(1000);
    for (let count = 0; count < 100; count++) end(count);
    expect(processor.queued).toBe(10);
    expect(delivery.dropped.queue_full).toBe(90);
    expect(delivery.accepted).toBe(101);
    expect(tellsTheTruth()).toBe(true);
    await exporter.answer();
    await exporter.answer();
    expect(exporter.batches.flat()).toEqual(['under way', '0', '1', '2', '3', '4', '5', '6', '7']);
  });

  it('takes spans again when there is room', async () => {
    for (let count = 0; count < 11; count++) end(count);
    await wait(0);
    end('later');
    expect(processor.queued).toBe(7);
    expect(delivery.dropped.queue_full).toBe(1);
    expect(tellsTheTruth()).toBe(true);
  });
});

describe('a flush', () => {
  it('exports everything that waits, batch by batch, and flushes the exporter', async () => {
    exporter.answersAtOnce = true;
    end(1, 2, 3, 4, 5, 6);
    await processor.forceFlush();
    expect(exporter.batches).toEqual([
      ['1', '2', '3', '4'],
      ['5', '6'],
    ]);
    expect(exporter.flushes).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('flushes the exporter when nothing waits, too', async () => {
    await processor.forceFlush();
    expect(exporter).toMatchObject({ batches: [], flushes: 1 });
  });

  it('waits for the export that is under way', async () => {
    end('a');
    await wait(1000);
    end('b');
    const done = vi.fn<() => void>();
    void processor.forceFlush().then(done);
    await settled();
    expect(exporter.batches).toEqual([['a']]);
    await exporter.answer();
    expect(exporter.batches).toEqual([['a'], ['b']]);
    expect(done).not.toHaveBeenCalled();
    await exporter.answer();
    expect(done).toHaveBeenCalledOnce();
  });

  it('ends under load: spans that come meanwhile are left for later', async () => {
    exporter.answersAtOnce = true;
    const send = exporter.export.bind(exporter);
    let late = 0;
    vi.spyOn(exporter, 'export').mockImplementation((spans, done) => {
      context.with(ROOT_CONTEXT, () => {
        for (let count = 0; count < 4; count++) end(`late ${late++}`);
      });
      send(spans, done);
    });
    end('a', 'b', 'c', 'd');
    await processor.forceFlush();
    expect(exporter.batches).toEqual([['a', 'b', 'c', 'd']]);
    expect(processor.queued).toBe(4);
  });

  it('does not forget spans that came meanwhile', async () => {
    end('a');
    const flushed = processor.forceFlush();
    await settled();
    end('b');
    await exporter.answer();
    await flushed;
    expect(processor.queued).toBe(1);
    await wait(1000);
    expect(exporter.batches).toEqual([['a'], ['b']]);
  });

  it('may run twice at once, and with the timer', async () => {
    end(1, 2, 3, 4, 5, 6, 7, 8, 9);
    await wait(0);
    const flushes = [processor.forceFlush(), processor.forceFlush()];
    for (let left = 3; left > 0; left--) {
      expect(exporter.underWay).toBe(1);
      await exporter.answer();
    }
    await Promise.all(flushes);
    expect(exporter.batches).toEqual([['1', '2', '3', '4'], ['5', '6', '7', '8'], ['9']]);
    expect(delivery).toMatchObject({ accepted: 9, exported: 9 });
  });

  it('may take the batch another one waits for', async () => {
    start({ maxQueueSize: 12 });
    end(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    await wait(0);
    const flushes = [processor.forceFlush(), processor.forceFlush()];
    for (let left = 3; left > 0; left--) await exporter.answer();
    await Promise.all(flushes);
    expect(exporter.batches.map(({ length }) => length)).toEqual([4, 4, 4]);
    expect(exporter.underWay).toBe(0);
  });

  it('rejects when the exporter cannot flush', async () => {
    vi.spyOn(exporter, 'forceFlush').mockRejectedValue(new Error('no'));
    await expect(processor.forceFlush()).rejects.toThrow('no');
  });
});

describe('shutdown', () => {
  it('exports what waits, then shuts the exporter down', async () => {
    exporter.answersAtOnce = true;
    end('a', 'b');
    await processor.shutdown();
    expect(exporter).toMatchObject({ batches: [['a', 'b']], flushes: 1, shutdowns: 1 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits for what is under way', async () => {
    end('a');
    await wait(1000);
    const ended = processor.shutdown();
    await settled();
    expect(exporter.shutdowns).toBe(0);
    await exporter.answer();
    await ended;
    expect(exporter.shutdowns).toBe(1);
  });

  it('drops and counts what ends afterwards', async () => {
    await processor.shutdown();
    end('late');
    await wait(5000);
    expect(exporter.batches).toEqual([]);
    expect(delivery).toMatchObject({ accepted: 1, dropped: { queue_full: 0, shutdown: 1 } });
  });

  it('shuts the exporter down even when it cannot flush', async () => {
    vi.spyOn(exporter, 'forceFlush').mockRejectedValue(new Error('no'));
    await expect(processor.shutdown()).rejects.toThrow('no');
    expect(exporter.shutdowns).toBe(1);
  });
});

describe('abandon', () => {
  it('drops and counts what waits, and shuts the exporter down at once', async () => {
    end('under way');
    await wait(1000);
    end('a', 'b', 'c');
    await processor.abandon();
    expect(exporter).toMatchObject({ batches: [['under way']], flushes: 0, shutdowns: 1 });
    expect(delivery).toMatchObject({
      accepted: 4,
      exported: 0,
      failed: 1,
      dropped: { queue_full: 0, shutdown: 3 },
    });
    expect(processor.queued).toBe(0);
  });

  it('sends nothing afterwards, not even when what was under way comes back', async () => {
    end('under way');
    await wait(1000);
    end('a', 'b', 'c', 'd');
    await processor.abandon();
    end('late');
    await exporter.answer();
    await wait(10_000);
    expect(exporter.batches).toEqual([['under way']]);
    expect(delivery.dropped.shutdown).toBe(5);
    expect(tellsTheTruth()).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('counts nothing when nothing waits', async () => {
    await processor.abandon();
    expect(delivery.dropped.shutdown).toBe(0);
    expect(exporter.shutdowns).toBe(1);
  });

  it('cuts a flush short that waits for a backend that hangs', async () => {
    end(1, 2, 3, 4, 5);
    const flushed = processor.forceFlush();
    await settled();
    await processor.abandon();
    await flushed;
    expect(exporter.batches).toEqual([['1', '2', '3', '4']]);
    expect(delivery).toMatchObject({ failed: 4, dropped: { queue_full: 0, shutdown: 1 } });
  });
});
