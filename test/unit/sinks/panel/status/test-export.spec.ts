import { context } from '@opentelemetry/api';
import { ExportResultCode, isTracingSuppressed, type ExportResult } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useStorageContextManager } from '../../../../../libs/nestrace/src/pipeline/active-context.js';
import { Delivery } from '../../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { ExportError } from '../../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { ObservedExporter } from '../../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import { testExport } from '../../../../../libs/nestrace/src/sinks/panel/status/test-export.js';
import { ListLog } from '../../../support/list-log.js';
import { resolve } from '../../../support/options.js';

const resource = resourceFromAttributes({ 'service.name': 'orders' });

describe('testExport', () => {
  beforeEach(() => {
    useStorageContextManager();
  });
  afterEach(() => {
    context.disable();
  });

  function exporterThat(
    answer: (spans: readonly ReadableSpan[]) => ExportResult,
  ): ObservedExporter {
    return new ObservedExporter(
      {
        export: (spans, done) => {
          done(answer(spans));
        },
        shutdown: () => Promise.resolve(),
      },
      new Delivery('x', new ListLog()),
      1000,
    );
  }

  it('delivers one span of this service, untraced, and counts it', async () => {
    let seen: ReadableSpan | undefined;
    let wasSuppressed = false;
    const exporter = exporterThat(([span]) => {
      seen = span;
      wasSuppressed = isTracingSuppressed(context.active());
      return { code: ExportResultCode.SUCCESS };
    });
    const result = await testExport(exporter, resource, resolve().limits);
    expect(result).toMatchObject({
      ok: true,
      text: 'A span was delivered: "nestrace test export".',
    });
    expect(seen?.spanContext()).toMatchObject({ traceId: result.traceId, traceFlags: 1 });
    expect(seen?.resource).toBe(resource);
    expect(seen?.ended).toBe(true);
    expect(wasSuppressed).toBe(true);
    const { accepted, exported, failed } = exporter.delivery;
    expect({ accepted, exported, failed }).toEqual({ accepted: 1, exported: 1, failed: 0 });
  });

  it('says why it could not', async () => {
    const error = new ExportError('refused', { code: 'ECONNREFUSED' });
    const exporter = exporterThat(() => ({ code: ExportResultCode.FAILED, error }));
    expect(await testExport(exporter, resource, resolve().limits)).toMatchObject({
      ok: false,
      text: 'refused',
      hint: 'Nothing listens there. Is the collector or Jaeger running?',
    });
    const silent = exporterThat(() => ({ code: ExportResultCode.FAILED }));
    expect(await testExport(silent, resource, resolve().limits)).toMatchObject({ ok: false });
  });
});
