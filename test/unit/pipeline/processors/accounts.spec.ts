import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Ending } from '../../../../libs/nestrace/src/core/ending.js';
import { CircuitBreaker } from '../../../../libs/nestrace/src/pipeline/exporters/circuit-breaker.js';
import { Delivery } from '../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import {
  closedError,
  ExportError,
  PartialSuccessError,
} from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { ObservedExporter } from '../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import { ProtobufFormat } from '../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/protobuf.format.js';
import { RetryingTransport } from '../../../../libs/nestrace/src/pipeline/exporters/retrying.transport.js';
import { TransportExporter } from '../../../../libs/nestrace/src/pipeline/exporters/transport.exporter.js';
import type { SendResult } from '../../../../libs/nestrace/src/pipeline/exporters/transport.js';
import { BatchProcessor } from '../../../../libs/nestrace/src/pipeline/processors/batch.processor.js';
import { SimpleProcessor } from '../../../../libs/nestrace/src/pipeline/processors/simple.processor.js';
import { recordSpans } from '../../../support/recorded-spans.js';
import { ListLog } from '../../support/list-log.js';
import { retryTerms } from '../../support/retry-terms.js';

const TIMEOUT_MS = 10_000;
const BATCH = {
  maxQueueSize: 40,
  maxExportBatchSize: 10,
  scheduledDelayMs: 1000,
  exportTimeoutMs: TIMEOUT_MS,
};
const BREAKER = { enabled: true, failures: 3, openMs: 2000, maxOpenMs: 16_000 };

/** A sequence that looks like chance and is the same each time. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

const SPANS = recordSpans((tracer) => {
  for (let index = 0; index < 25; index++) tracer.startSpan(`span ${index}`).end();
});
/** It cannot even be written. */
const BROKEN = Object.create(SPANS[0] as ReadableSpan, {
  attributes: {
    get: () => {
      throw new Error('cannot be read');
    },
  },
}) as ReadableSpan;

/** Does to each export what exporters of others do at their worst. */
function unruly(next: () => number): SpanExporter {
  const ok: ExportResult = { code: ExportResultCode.SUCCESS };
  const failed: ExportResult = { code: ExportResultCode.FAILED, error: new Error('no') };
  const faults: ((spans: ReadableSpan[], done: (result: ExportResult) => void) => unknown)[] = [
    (_, done) => done(ok),
    (_, done) => setTimeout(done, 500, ok),
    (_, done) => done(failed),
    (_, done) => done({ code: ExportResultCode.FAILED }),
    (_, done) => {
      done(failed);
      done(ok);
      setTimeout(done, 100, ok);
    },
    (_, done) => {
      done(ok);
      throw new Error('after the answer');
    },
    () => {
      throw new Error('at once');
    },
    () => Promise.reject(new Error('later')),
    () => {},
    (_, done) => setTimeout(done, TIMEOUT_MS + 1, ok),
    (spans, done) =>
      done({ ...ok, error: new PartialSuccessError(Math.ceil(spans.length / 2), 'old') }),
    (spans, done) => done({ ...ok, error: new PartialSuccessError(spans.length * 9, 'lies') }),
  ];
  return {
    export: (spans, done) => faults[Math.floor(next() * faults.length)]?.(spans, done),
    forceFlush: async () => {},
    shutdown: async () => {},
  };
}

/** Our own way to a backend, behind which everything goes wrong that can. */
function overTransport(next: () => number, breaker: CircuitBreaker, ending: Ending): SpanExporter {
  const later = (result: SendResult, afterMs: number): Promise<SendResult> =>
    new Promise((resolve) => {
      setTimeout(resolve, afterMs, result);
    });
  const failing = (outcome: 'failed' | 'retry', facts: ExportError['facts'], afterMs?: number) => ({
    outcome,
    error: new ExportError('no', facts),
    afterMs,
  });
  const ok: SendResult = { outcome: 'ok', body: new Uint8Array() };
  const answers: (() => SendResult | Promise<SendResult>)[] = [
    () => ok,
    () => later(ok, 300),
    // Two spans were rejected.
    () => ({ outcome: 'ok', body: Buffer.of(10, 2, 8, 2) }),
    () => failing('retry', { code: 'ECONNREFUSED' }),
    () => failing('retry', { code: 'ECONNREFUSED' }),
    () => failing('retry', { httpStatus: 503 }),
    () => failing('retry', { httpStatus: 429 }, 30_000),
    () => failing('failed', { httpStatus: 401 }),
    () => failing('failed', { httpStatus: 413 }),
    () => later(failing('retry', { code: 'ETIMEDOUT' }), TIMEOUT_MS),
    () => later(ok, TIMEOUT_MS - 1),
  ];
  let cutOff: (result: SendResult) => void = () => {};
  const closing = new Promise<SendResult>((resolve) => {
    cutOff = resolve;
  });
  const transport = new RetryingTransport(
    {
      send: async () =>
        Promise.race([closing, answers[Math.floor(next() * answers.length)]?.() ?? ok]),
      close: () => {
        cutOff({ outcome: 'failed', error: closedError() });
      },
    },
    retryTerms({ breaker, ending }),
  );
  return new TransportExporter(new ProtobufFormat(), transport, TIMEOUT_MS);
}

const KINDS = ['of somebody else', 'of ours'] as const;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe.each(KINDS)('the accounts of an exporter %s', (kind) => {
  describe.each(['batch', 'simple'] as const)('behind the %s processor', (processing) => {
    it.each(Array.from({ length: 20 }, (_, index) => index + 1))('are right (%i)', async (seed) => {
      const next = chance(seed);
      vi.spyOn(Math, 'random').mockImplementation(next);
      const breaker = new CircuitBreaker(BREAKER);
      const ending = new Ending();
      const delivery = new Delivery('target', new ListLog(), breaker);
      const inner = kind === 'of ours' ? overTransport(next, breaker, ending) : unruly(next);
      const observed = new ObservedExporter(inner, delivery, TIMEOUT_MS + 1000);
      const processor =
        processing === 'batch'
          ? new BatchProcessor(observed, BATCH, 60_000)
          : new SimpleProcessor(observed);

      // Counted from outside, and not by what is tested.
      let underWay = 0;
      const exportBatch = observed.exportBatch.bind(observed);
      vi.spyOn(observed, 'exportBatch').mockImplementation((batch, done, keep) => {
        const { size } = batch;
        underWay += size;
        exportBatch(
          batch,
          (result) => {
            underWay -= size;
            done(result);
          },
          keep,
        );
      });
      const waiting = (): number =>
        underWay + (processor instanceof BatchProcessor ? processor.queued : processor.held);
      const check = (): void => {
        const { accepted, exported, failed, failedBy, dropped } = delivery;
        const lost = failed + dropped.queue_full + dropped.shutdown;
        expect(accepted).toBe(exported + lost + waiting());
        expect(delivery.waiting).toBe(waiting());
        expect(Object.values(failedBy).reduce((sum, count) => sum + count, 0)).toBe(failed);
        expect(waiting()).toBeLessThanOrEqual(2048);
        if (processor instanceof BatchProcessor) {
          expect(processor.queued).toBeLessThanOrEqual(BATCH.maxQueueSize);
        }
      };

      for (let step = 0; step < 60; step++) {
        const count = Math.floor(next() * 25);
        for (const span of SPANS.slice(0, count)) processor.onEnd(span);
        if (next() < 0.2) processor.onEnd(BROKEN);
        check();
        if (next() < 0.1) void processor.forceFlush();
        await vi.advanceTimersByTimeAsync(next() * 4000);
        check();
      }
      ending.begin();
      if (next() < 0.5) {
        void processor.forceFlush();
        await vi.advanceTimersByTimeAsync(next() < 0.5 ? 200_000 : 0);
        check();
      }
      const ended = next() < 0.5 ? processor.shutdown() : processor.abandon();
      for (const span of SPANS.slice(0, 3)) processor.onEnd(span);
      await vi.advanceTimersByTimeAsync(60_000);
      await processor.abandon();
      await ended;
      check();
      expect(delivery.waiting).toBe(0);
      expect(delivery.exported).toBeGreaterThan(0);
    });
  });
});
