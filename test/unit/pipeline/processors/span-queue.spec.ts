import type { ExportResult } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Delivery } from '../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { ObservedExporter } from '../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import { TransportExporter } from '../../../../libs/nestrace/src/pipeline/exporters/transport.exporter.js';
import type { SpanBatch } from '../../../../libs/nestrace/src/pipeline/exporters/span-batch.js';
import { SpanQueue } from '../../../../libs/nestrace/src/pipeline/processors/span-queue.js';
import { ListLog } from '../../support/list-log.js';
import { oneByOne } from '../../support/one-by-one.format.js';

const SLICE = 32;
const MAX_SLICE = 256;

/** Names of the spans that were written, in the order they were. */
let written: string[];
/** What every batch sent. */
let sent: string[];
let delivery: Delivery;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setImmediate', 'clearImmediate'] });
  written = [];
  sent = [];
  delivery = new Delivery('target', new ListLog());
});
afterEach(() => {
  vi.useRealTimers();
});

function queueOf(batchSize: number): SpanQueue {
  const transport = {
    send: async (body: Uint8Array) => {
      sent.push(Buffer.from(body).toString());
      return { outcome: 'ok', body: new Uint8Array() } as const;
    },
    close: () => {},
  };
  const format = oneByOne((name) => written.push(name));
  const exporter = new TransportExporter(format, transport, 1000);
  return new SpanQueue(new ObservedExporter(exporter, delivery, 1000), batchSize);
}

const spanNamed = (name: number | string): ReadableSpan =>
  ({ name: String(name) }) as unknown as ReadableSpan;

function push(queue: SpanQueue, from: number, to: number): void {
  for (let name = from; name < to; name++) queue.push(spanNamed(name));
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, index) => String(from + index));

const body = (...names: string[]): string => `one by one: ${names.join()}`;

async function send(batch: SpanBatch | undefined): Promise<string | undefined> {
  const result = await new Promise<ExportResult>((resolve) => batch?.export(resolve));
  expect(result).toEqual({ code: 0 });
  return sent.at(-1);
}

describe('a span in the queue', () => {
  it('is not written in the call that ends it: processors behind may still change it', () => {
    const queue = queueOf(512);
    push(queue, 0, 1000);
    expect(written).toEqual([]);
    expect(queue.length).toBe(1000);
  });

  it('is written in a turn of its own once some have come together', () => {
    const queue = queueOf(512);
    push(queue, 0, SLICE - 1);
    expect(vi.getTimerCount()).toBe(0);
    push(queue, SLICE - 1, SLICE + 3);
    expect(vi.getTimerCount()).toBe(1);
    vi.runOnlyPendingTimers();
    expect(written).toEqual(numbers(0, SLICE + 3));
    expect(queue.length).toBe(SLICE + 3);
    expect(vi.getTimerCount()).toBe(0);
    push(queue, SLICE + 3, 2 * SLICE + 3);
    vi.runOnlyPendingTimers();
    expect(written).toEqual(numbers(0, 2 * SLICE + 3));
  });

  it('never waits for more than a bounded number of others in one turn', () => {
    const queue = queueOf(10_000);
    push(queue, 0, MAX_SLICE * 2 + SLICE);
    for (const expected of [MAX_SLICE, MAX_SLICE * 2, MAX_SLICE * 2 + SLICE]) {
      vi.runOnlyPendingTimers();
      expect(written).toHaveLength(expected);
    }
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a batch of the queue', () => {
  it('has the oldest spans, as many as it may', async () => {
    const queue = queueOf(40);
    push(queue, 0, 100);
    vi.runOnlyPendingTimers();
    push(queue, 100, 110);
    expect(await send(queue.take())).toBe(body(...numbers(0, 40)));
    expect(queue.length).toBe(70);
    expect(await send(queue.take())).toBe(body(...numbers(40, 80)));
    expect(await send(queue.take())).toBe(body(...numbers(80, 110)));
    expect(queue.take()).toBeUndefined();
    expect(queue.length).toBe(0);
  });

  it('does not wait for the turn in which its spans would be written', async () => {
    const queue = queueOf(40);
    push(queue, 0, 100);
    expect(await send(queue.take())).toBe(body(...numbers(0, 40)));
    expect(written).toEqual(numbers(0, 40));
    vi.runOnlyPendingTimers();
    expect(await send(queue.take())).toBe(body(...numbers(40, 80)));
    expect(queue.length).toBe(20);
  });

  it('is not added to any more when it was taken', async () => {
    const queue = queueOf(40);
    push(queue, 0, 10);
    const batch = queue.take();
    push(queue, 10, 20);
    expect(await send(batch)).toBe(body(...numbers(0, 10)));
    expect(await send(queue.take())).toBe(body(...numbers(10, 20)));
  });

  it('goes without a span that cannot be written, which is counted as failed', async () => {
    const queue = queueOf(4);
    for (const name of ['broken', 'a', 'b', 'broken', 'c', 'd', 'e', 'broken']) {
      queue.push(spanNamed(name));
    }
    expect(await send(queue.take())).toBe(body('a', 'b'));
    expect(await send(queue.take())).toBe(body('c', 'd', 'e'));
    expect(queue.take()).toBeUndefined();
    expect(queue.length).toBe(0);
    expect(delivery.failed).toBe(3);
    expect(delivery.lastError?.message).toBe('cannot be written');
  });

  it('is none when none of its spans can be written', () => {
    const queue = queueOf(4);
    queue.push(spanNamed('broken'));
    expect(queue.take()).toBeUndefined();
    expect(queue.length).toBe(0);
  });
});

describe('a queue that is cleared', () => {
  it('forgets what was written and what was not', () => {
    const queue = queueOf(4);
    push(queue, 0, 100);
    vi.runOnlyPendingTimers();
    push(queue, 100, 200);
    queue.clear();
    expect(queue.length).toBe(0);
    vi.runAllTimers();
    expect(written).toHaveLength(100);
    expect(queue.take()).toBeUndefined();
  });
});
