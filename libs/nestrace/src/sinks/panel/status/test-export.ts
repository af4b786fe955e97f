import { SpanKind, TraceFlags } from '@opentelemetry/api';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ResolvedOtelOptions } from '../../../config/resolve-options.js';
import { hideSecrets } from '../../../core/redaction/secret-values.js';
import { exportHint } from '../../../pipeline/exporters/export-hint.js';
import type { ObservedExporter } from '../../../pipeline/exporters/observed.exporter.js';
import { suppressed } from '../../../pipeline/exporters/suppressed.js';
import { RecordedSpan } from '../../../pipeline/spans/recorded-span.js';
import { randomSpanId, randomTraceId } from '../../../pipeline/spans/random-ids.js';
import { VERSION } from '../../../version.js';
import type { TestExportResult } from '../contract/index.js';

const NAME = 'nestrace test export';

/** Sends one span to a backend, past sampler and queue, and waits for the answer. Never rejects. */
export async function testExport(
  exporter: ObservedExporter,
  resource: Resource,
  limits: ResolvedOtelOptions['limits'],
): Promise<TestExportResult> {
  const span = spanToSend(resource, limits);
  const { traceId } = span.spanContext();
  const start = performance.now();
  exporter.delivery.accepted++;
  const result = await new Promise<ExportResult>((resolve) => {
    suppressed(() => {
      exporter.export([span], resolve);
    });
  });
  const durationMs = performance.now() - start;
  if (result.code === ExportResultCode.SUCCESS) {
    return { ok: true, durationMs, traceId, text: `A span was delivered: "${NAME}".` };
  }
  const { error } = result;
  const hint = exportHint(error);
  const { text } = hideSecrets(error?.message ?? 'The exporter gave no reason.');
  return { ok: false, durationMs, traceId, text, ...(hint !== undefined && { hint }) };
}

function spanToSend(resource: Resource, limits: ResolvedOtelOptions['limits']): ReadableSpan {
  const nowhere = {
    onStart: () => {},
    onEnd: () => {},
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  };
  const instrumentationScope = { name: 'nestrace', version: VERSION };
  const ids = {
    traceId: randomTraceId(),
    spanId: randomSpanId(),
    traceFlags: TraceFlags.SAMPLED,
  };
  const origin = { resource, instrumentationScope, limits, processor: nowhere };
  const span = new RecordedSpan(origin, ids, undefined, NAME, SpanKind.INTERNAL);
  span.end();
  return span;
}
