import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { ExportResultCode, isTracingSuppressed } from '@opentelemetry/core';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Delivery } from '../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { ObservedExporter } from '../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import { exportBatch } from '../../../../libs/nestrace/src/pipeline/processors/export-batch.js';
import { deferred } from '../../support/deferred.js';
import { HeldExporter, settled } from '../../support/held-exporter.js';
import { ListLog } from '../../support/list-log.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

const { SUCCESS } = ExportResultCode;

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

/** A batch of this exporter, with these spans. */
function send(exporter: SpanExporter, spans: readonly ReadableSpan[]): Promise<void> {
  const observed = new ObservedExporter(exporter, new Delivery('target', new ListLog()), 1000);
  const batch = observed.startBatch();
  for (const span of spans) observed.addTo(batch, span);
  return exportBatch(observed, batch);
}

function spanWith(attribute: string | Promise<string>): ReadableSpan {
  const resource = resourceFromAttributes({ attribute });
  return { name: 'span', resource } as ReadableSpan;
}

describe('exportBatch', () => {
  it('waits for the answer, good or bad', async () => {
    const exporter = new HeldExporter();
    for (const error of [undefined, new Error('refused')]) {
      const done = vi.fn<() => void>();
      void send(exporter, [spanWith('a')]).then(done);
      await settled();
      expect(done).not.toHaveBeenCalled();
      await exporter.answer(error);
      expect(done).toHaveBeenCalledOnce();
    }
  });

  it('never rejects, even when the exporter throws', async () => {
    const exporter: SpanExporter = {
      export: () => {
        throw new Error('broken');
      },
      shutdown: async () => {},
    };
    await expect(send(exporter, [spanWith('a')])).resolves.toBeUndefined();
  });

  it('leaves no trace of what the exporter does', async () => {
    let suppressed: boolean | undefined;
    const exporter: SpanExporter = {
      export: (_, done) => {
        suppressed = isTracingSuppressed(context.active());
        expect(trace.getActiveSpan()).toBeUndefined();
        tracing.tracer.startSpan('of the exporter').end();
        done({ code: SUCCESS });
      },
      shutdown: async () => {},
    };
    const active = trace.setSpan(ROOT_CONTEXT, tracing.tracer.startSpan('request'));
    await context.with(active, () => send(exporter, [spanWith('a')]));
    expect(suppressed).toBe(true);
    expect(tracing.spans.spans()).toEqual([]);
  });

  it('waits for attributes of the resource that are still looked up', async () => {
    const lookup = deferred<string>();
    const exporter = new HeldExporter();
    const span = spanWith(lookup.promise);
    const done = send(exporter, [span]);
    await settled();
    expect(exporter.batches).toEqual([]);
    lookup.resolve('found');
    await settled();
    expect(exporter.batches).toEqual([['span']]);
    expect(span.resource.attributes).toEqual({ attribute: 'found' });
    await exporter.answer();
    await done;
  });

  it('exports without an attribute that cannot be looked up', async () => {
    const exporter = new HeldExporter();
    exporter.answersAtOnce = true;
    const resource = {
      attributes: {},
      asyncAttributesPending: true,
      waitForAsyncAttributes: () => Promise.reject(new Error('no')),
    };
    await send(exporter, [{ name: 'span', resource } as unknown as ReadableSpan]);
    expect(exporter.batches).toEqual([['span']]);
  });

  it('exports spans of a resource that cannot be waited for', async () => {
    const exporter = new HeldExporter();
    exporter.answersAtOnce = true;
    const resource = { attributes: {}, asyncAttributesPending: true };
    await send(exporter, [{ name: 'span', resource } as unknown as ReadableSpan]);
    expect(exporter.batches).toEqual([['span']]);
  });

  it('takes an empty batch', async () => {
    const exporter = new HeldExporter();
    exporter.answersAtOnce = true;
    await send(exporter, []);
    expect(exporter.batches).toEqual([[]]);
  });
});
