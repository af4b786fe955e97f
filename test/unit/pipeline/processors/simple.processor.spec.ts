import type { Tracer } from '@opentelemetry/api';
import { SamplingDecision } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Delivery } from '../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { ObservedExporter } from '../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import { TransportExporter } from '../../../../libs/nestrace/src/pipeline/exporters/transport.exporter.js';
import { SimpleProcessor } from '../../../../libs/nestrace/src/pipeline/processors/simple.processor.js';
import { createSampler } from '../../../../libs/nestrace/src/pipeline/sampling/head-sampler.js';
import { HeldExporter, settled } from '../../support/held-exporter.js';
import { ListLog } from '../../support/list-log.js';
import { oneByOne } from '../../support/one-by-one.format.js';
import { resolve } from '../../support/options.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

const MAX_PENDING = 2048;

let exporter: HeldExporter;
let delivery: Delivery;
let processor: SimpleProcessor;
let tracing: Tracing;
let tracer: Tracer;

beforeEach(() => {
  vi.useFakeTimers();
  exporter = new HeldExporter();
  delivery = new Delivery('target', new ListLog());
  processor = new SimpleProcessor(new ObservedExporter(exporter, delivery, 5000));
  tracing = startTracing({ members: [processor] });
  tracer = tracing.tracer;
});
afterEach(() => {
  tracing.stop();
  vi.useRealTimers();
});

function end(...names: string[]): void {
  for (const name of names) tracer.startSpan(name).end();
}

describe('SimpleProcessor', () => {
  it('exports every span on its own, as soon as it has ended', () => {
    end('a', 'b');
    expect(exporter.batches).toEqual([['a'], ['b']]);
    expect(delivery.accepted).toBe(2);
  });

  it('skips a span that is not sampled', () => {
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
    expect(exporter.batches).toEqual([]);
    expect(delivery.accepted).toBe(0);
  });

  it('waits at a flush for everything that is under way', async () => {
    end('a', 'b');
    const done = vi.fn<() => void>();
    void processor.forceFlush().then(done);
    await exporter.answer();
    expect(done).not.toHaveBeenCalled();
    await exporter.answer(new Error('refused'));
    expect(done).toHaveBeenCalledOnce();
    expect(exporter.flushes).toBe(1);
    expect(delivery).toMatchObject({ accepted: 2, exported: 1, failed: 1 });
  });

  it('never has more under way than its bound; what comes then is dropped and counted', async () => {
    for (let count = 0; count < MAX_PENDING + 3; count++) end('span');
    expect(exporter.underWay).toBe(MAX_PENDING);
    expect(delivery.dropped.queue_full).toBe(3);
    await exporter.answer();
    end('again');
    expect(exporter.underWay).toBe(MAX_PENDING);
    expect(delivery.dropped.queue_full).toBe(3);
  });

  it('does not wait for exports whose time is up', async () => {
    end('a');
    const flushed = processor.forceFlush();
    await vi.advanceTimersByTimeAsync(5001);
    await flushed;
    expect(delivery.failed).toBe(1);
  });

  it('delivers before it shuts down, and drops what ends afterwards', async () => {
    end('a');
    const ended = processor.shutdown();
    end('late');
    await settled();
    expect(exporter.shutdowns).toBe(0);
    await exporter.answer();
    await ended;
    expect(exporter).toMatchObject({ batches: [['a']], flushes: 1, shutdowns: 1 });
    expect(delivery).toMatchObject({ accepted: 2, dropped: { queue_full: 0, shutdown: 1 } });
  });

  it('shuts the exporter down even when it cannot flush', async () => {
    vi.spyOn(exporter, 'forceFlush').mockRejectedValue(new Error('no'));
    await expect(processor.shutdown()).rejects.toThrow('no');
    expect(exporter.shutdowns).toBe(1);
  });

  it('gives up at once when it is abandoned', async () => {
    end('a');
    await processor.abandon();
    end('late');
    expect(exporter).toMatchObject({ batches: [['a']], flushes: 0, shutdowns: 1 });
    expect(delivery.dropped.shutdown).toBe(1);
  });

  it('counts a span that cannot be written as failed, and goes on', async () => {
    const sent: string[] = [];
    const transport = {
      send: async (body: Uint8Array) => {
        sent.push(Buffer.from(body).toString());
        return { outcome: 'ok', body: new Uint8Array() } as const;
      },
      close: () => {},
    };
    const inner = new TransportExporter(oneByOne(), transport, 5000);
    processor = new SimpleProcessor(new ObservedExporter(inner, delivery, 5000));
    tracing.stop();
    tracing = startTracing({ members: [processor] });
    tracer = tracing.tracer;
    end('a', 'broken', 'b');
    await processor.forceFlush();
    expect(sent).toEqual(['one by one: a', 'one by one: b']);
    expect(delivery).toMatchObject({ accepted: 3, exported: 2, failed: 1 });
  });
});
