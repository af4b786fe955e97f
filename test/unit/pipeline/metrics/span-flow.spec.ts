import { beforeEach, describe, expect, it } from 'vitest';
import { Delivery } from '../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import {
  ExportError,
  PartialSuccessError,
} from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { errorTypeOf, SpanFlow } from '../../../../libs/nestrace/src/pipeline/metrics/span-flow.js';
import type { BatchProcessor } from '../../../../libs/nestrace/src/pipeline/processors/batch.processor.js';
import { ListLog } from '../../support/list-log.js';

const AWAY = new ExportError('nobody is there', { code: 'ECONNREFUSED' });

describe('SpanFlow', () => {
  let delivery: Delivery;
  let queue: { queued: number };
  let flow: SpanFlow;

  beforeEach(() => {
    delivery = new Delivery('backend', new ListLog());
    queue = { queued: 0 };
    flow = new SpanFlow({
      delivery,
      processor: {},
      exporter: {},
      queue: { of: queue as BatchProcessor, capacity: 100 },
    });
  });

  /** Every span is somewhere, whatever has happened. */
  function addsUp(): void {
    const { processed, queueFull, alreadyShutdown, ...now } = flow.read();
    const failed = now.failed.reduce((sum, [, spans]) => sum + spans, 0);
    const ended = now.exported + failed + queueFull + alreadyShutdown;
    expect(ended + now.queued + now.inflight).toBe(delivery.accepted);
    expect(processed).toBeGreaterThanOrEqual(now.exported);
  }

  it('follows spans from the queue to the backend', () => {
    delivery.accepted = 10;
    queue.queued = 10;
    expect(flow.read()).toMatchObject({ processed: 0, queued: 10, inflight: 0, exported: 0 });
    queue.queued = 2;
    expect(flow.read()).toMatchObject({ processed: 8, queued: 2, inflight: 8, exported: 0 });
    addsUp();
    delivery.succeeded(8, 1);
    expect(flow.read()).toMatchObject({ processed: 8, queued: 2, inflight: 0, exported: 8 });
    addsUp();
  });

  it('tells failures by their reasons', () => {
    delivery.accepted = 12;
    delivery.failedWith(AWAY, 3, 1);
    delivery.failedWith(new Error('what?'), 2, 1);
    delivery.succeeded(7, 1, new PartialSuccessError(4, 'too old'));
    expect(flow.read()).toMatchObject({
      processed: 12,
      exported: 3,
      failed: [
        ['unreachable', 3],
        ['rejected', 4],
        ['_OTHER', 2],
      ],
    });
    addsUp();
  });

  it('tells what the queue had no room for', () => {
    delivery.accepted = 5;
    queue.queued = 3;
    delivery.drop(2, 'queue_full');
    expect(flow.read()).toMatchObject({ processed: 0, queueFull: 2, alreadyShutdown: 0 });
    addsUp();
  });

  it('does not take back what was handed over and waits again', () => {
    delivery.accepted = 5;
    expect(flow.read()).toMatchObject({ processed: 5, inflight: 5 });
    delivery.postponed(AWAY, 5, 1);
    queue.queued = 5;
    expect(flow.read()).toMatchObject({ processed: 5, queued: 5, inflight: 0, failed: [] });
    addsUp();
    queue.queued = 0;
    expect(flow.read()).toMatchObject({ processed: 5, inflight: 5 });
    delivery.succeeded(5, 1);
    expect(flow.read()).toMatchObject({ processed: 5, exported: 5 });
    addsUp();
  });

  it('tells what came too late', () => {
    delivery.accepted = 4;
    queue.queued = 4;
    flow.read();
    delivery.drop(4, 'shutdown');
    queue.queued = 0;
    expect(flow.read()).toMatchObject({ processed: 0, alreadyShutdown: 4, failed: [] });
    addsUp();
  });

  it('tells apart what was handed over before it was dropped', () => {
    delivery.accepted = 5;
    queue.queued = 2;
    expect(flow.read()).toMatchObject({ processed: 3 });
    delivery.postponed(AWAY, 3, 1);
    queue.queued = 5;
    flow.read();
    delivery.drop(5, 'shutdown');
    queue.queued = 0;
    expect(flow.read()).toMatchObject({
      processed: 3,
      alreadyShutdown: 2,
      failed: [['shutdown', 3]],
    });
    addsUp();
  });

  it('has no queue behind a processor that exports at once', () => {
    flow = new SpanFlow({ delivery, processor: {}, exporter: {}, queue: undefined });
    delivery.accepted = 2;
    expect(flow.read()).toMatchObject({ processed: 2, queued: 0, inflight: 2 });
    addsUp();
  });

  it('has the word of the conventions for everything else', () => {
    expect(errorTypeOf('other')).toBe('_OTHER');
    expect(errorTypeOf('timeout')).toBe('timeout');
  });
});
