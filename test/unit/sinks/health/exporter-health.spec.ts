import { describe, expect, it } from 'vitest';
import { Delivery } from '../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { ExportError } from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { ObservedExporter } from '../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import { SimpleProcessor } from '../../../../libs/nestrace/src/pipeline/processors/simple.processor.js';
import {
  exporterHealth,
  troubleOf,
} from '../../../../libs/nestrace/src/sinks/health/exporter-health.js';
import type {
  OtelExporterHealth,
  OtelHealthOptions,
} from '../../../../libs/nestrace/src/sinks/health/otel-health.options.js';
import { HeldExporter } from '../../support/held-exporter.js';
import { ListLog } from '../../support/list-log.js';

describe('exporterHealth', () => {
  it('tells no queue where there is none', () => {
    const delivery = new Delivery('console', new ListLog());
    const exporter = new ObservedExporter(new HeldExporter(), delivery, 1000);
    expect(exporterHealth(exporter, new SimpleProcessor(exporter), 10)).toEqual({
      name: 'console',
      state: 'idle',
      breaker: 'closed',
      exported: 0,
      dropped: 0,
      failed: 0,
    });
  });

  it('tells the last error while it lasts, and nothing secret of it', () => {
    const delivery = new Delivery('backend', new ListLog());
    const exporter = new ObservedExporter(new HeldExporter(), delivery, 1000);
    delivery.accepted = 3;
    delivery.failedWith(
      new ExportError('refused with authorization: Bearer abcdefghijklmnop123456', {
        httpStatus: 401,
      }),
      2,
      1,
    );
    delivery.drop(1, 'queue_full');
    const health = exporterHealth(exporter, undefined, 10);
    expect(health).toMatchObject({ state: 'failing', failed: 2, dropped: 1 });
    expect(health.hint).toContain('credentials');
    expect(health.lastError).toContain('refused with');
    expect(health.lastError).not.toContain('abcdefghijklmnop');
    delivery.succeeded(1, 1);
    const after = exporterHealth(exporter, undefined, 10);
    expect(after.state).toBe('ok');
    expect(after).not.toHaveProperty('lastError');
    expect(after).not.toHaveProperty('failingForMs');
  });
});

describe('troubleOf', () => {
  const failing: OtelExporterHealth = {
    name: 'backend',
    state: 'failing',
    failingForMs: 500,
    queued: 8,
    capacity: 10,
  };
  const ok: OtelExporterHealth = { name: 'backend', state: 'ok', queued: 8, capacity: 10 };

  it.each<[OtelExporterHealth, OtelHealthOptions, string | undefined]>([
    [failing, {}, undefined],
    [failing, { strict: true }, 'backend has failed for 500 ms'],
    [failing, { maxFailingMs: 500 }, 'backend has failed for 500 ms'],
    [failing, { maxFailingMs: 501 }, undefined],
    [ok, { strict: true, maxFailingMs: 0 }, undefined],
    [ok, { maxQueueUsage: 0.7 }, 'the queue of backend has 8 of 10 spans'],
    [ok, { maxQueueUsage: 0.8 }, undefined],
    [{ state: 'ok' }, { maxQueueUsage: 0 }, undefined],
  ])('of %o with %o', (health, options, expected) => {
    expect(troubleOf(health, options)).toBe(expected);
  });
});
