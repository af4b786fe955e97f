import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { describe, expect, it, vi } from 'vitest';
import { CircuitBreaker } from '../../../../../libs/nestrace/src/pipeline/exporters/circuit-breaker.js';
import { Delivery } from '../../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { ExportError } from '../../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { ObservedExporter } from '../../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import { BatchProcessor } from '../../../../../libs/nestrace/src/pipeline/processors/batch.processor.js';
import {
  exportBrief,
  exporterStatus,
} from '../../../../../libs/nestrace/src/sinks/panel/status/exporter-status.js';
import { ListLog } from '../../../support/list-log.js';
import { resolve } from '../../../support/options.js';

const silent: SpanExporter = { export: () => {}, shutdown: () => Promise.resolve() };

function observed(immediate = false): ObservedExporter {
  return new ObservedExporter(silent, new Delivery('otlp (x)', new ListLog()), 1000, immediate);
}

const refused = (): ExportError =>
  new ExportError('connect ECONNREFUSED', { code: 'ECONNREFUSED' });

describe('exporterStatus', () => {
  it('is idle before anything was sent', () => {
    expect(exporterStatus(observed(), 0, undefined, 2048)).toEqual({
      index: 0,
      label: 'otlp (x)',
      state: 'idle',
      accepted: 0,
      exported: 0,
      failed: 0,
      dropped: { queueFull: 0, shutdown: 0 },
      batches: { ok: 0, failed: 0 },
      recent: [],
    });
  });

  it('says why it fails without the secrets of its address', () => {
    const exporter = observed();
    exporter.delivery.failedWith(new Error('no answer of https://app:hunter2@host/?token=a'), 1, 5);
    const shown = 'no answer of https://••••@host/?token=••••';
    expect(exporterStatus(exporter, 0, undefined, 1).lastError?.message).toBe(shown);
    expect(exportBrief([exporter]).text).toBe(`otlp (x) fails: ${shown}`);
  });

  it('tells the numbers of what was sent', () => {
    const exporter = observed();
    exporter.delivery.succeeded(10, 4);
    exporter.delivery.succeeded(20, 8);
    const status = exporterStatus(exporter, 1, undefined, 2048);
    expect(status).toMatchObject({
      state: 'ok',
      exported: 30,
      batches: { ok: 2, failed: 0 },
      avgMs: 6,
      avgSpans: 15,
      lastMs: 8,
      recent: [4, 8],
    });
    expect(status.lastOkAt).toBeGreaterThan(0);
  });

  it('tells why spans were lost, and that the backend is left alone', () => {
    const breaker = new CircuitBreaker({
      enabled: true,
      failures: 1,
      openMs: 60_000,
      maxOpenMs: 1,
    });
    const delivery = new Delivery('otlp (x)', new ListLog(), breaker);
    const exporter = new ObservedExporter(silent, delivery, 1000);
    delivery.failedWith(refused(), 5, 7);
    delivery.failedWith(new Error('odd'), 2, 7);
    expect(exporterStatus(exporter, 0, undefined, 1)).toMatchObject({
      failedBy: { unreachable: 5, other: 2 },
    });
    expect(exporterStatus(exporter, 0, undefined, 1)).not.toHaveProperty('breaker');
    breaker.failed(refused());
    const { breaker: shown } = exporterStatus(exporter, 0, undefined, 1);
    expect(shown?.state).toBe('open');
    expect((shown?.until ?? 0) - (shown?.since ?? 0)).toBeGreaterThan(40_000);
  });

  it('tells what failed, since when, how often, and what to do', () => {
    const exporter = observed();
    exporter.delivery.succeeded(10, 4);
    exporter.delivery.attemptFailed(refused());
    exporter.delivery.failedWith(refused(), 5, 7);
    const status = exporterStatus(exporter, 0, undefined, 2048);
    expect(status).toMatchObject({
      state: 'failing',
      failed: 5,
      batches: { ok: 1, failed: 1 },
      recent: [4, -7],
      lastError: {
        message: 'connect ECONNREFUSED',
        hint: 'Nothing listens there. Is the collector or Jaeger running?',
        count: 2,
      },
    });
    expect(status.failingSince).toBeGreaterThan(0);
    exporter.delivery.succeeded(1, 1);
    expect(exporterStatus(exporter, 0, undefined, 2048).state).toBe('ok');
  });

  it('shows the queue where there is one, and the last forty exports', () => {
    const exporter = observed();
    const queue = new BatchProcessor(exporter, resolve().batch);
    for (let count = 0; count < 300; count++) exporter.delivery.succeeded(1, count);
    const status = exporterStatus(exporter, 0, queue, 2048);
    expect(status.queue).toEqual({ length: 0, capacity: 2048 });
    expect(status.recent).toEqual(Array.from({ length: 40 }, (_, index) => 260 + index));
  });
});

describe('exportBrief', () => {
  it('says that there is no backend; a console is none', () => {
    expect(exportBrief([]).state).toBe('none');
    expect(exportBrief([observed(true)]).state).toBe('none');
  });

  it('is green while all is well, red while one fails, and green again when it works', () => {
    const fine = observed();
    const other = observed();
    expect(exportBrief([fine, other]).state).toBe('ok');
    other.delivery.failedWith(refused(), 3, 1);
    expect(exportBrief([fine, other])).toEqual({
      state: 'fail',
      text: 'otlp (x) fails: connect ECONNREFUSED',
    });
    other.delivery.succeeded(2, 1);
    expect(exportBrief([fine, other])).toEqual({
      state: 'ok',
      text: 'otlp (x) works again; 3 spans were lost before.',
    });
    fine.delivery.succeeded(2, 1);
    expect(exportBrief([fine]).text).toBe('2 spans exported, none lost.');
  });

  it('is amber while a queue overflows', () => {
    vi.useFakeTimers();
    try {
      const exporter = observed();
      exporter.delivery.succeeded(2, 1);
      exporter.delivery.drop(7, 'queue_full');
      expect(exportBrief([exporter])).toEqual({
        state: 'warn',
        text: 'The queue of otlp (x) is full: 7 spans were dropped.',
      });
      vi.advanceTimersByTime(61_000);
      expect(exportBrief([exporter]).state).toBe('ok');
    } finally {
      vi.useRealTimers();
    }
  });
});
