import type { Provider } from '@nestjs/common';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedOtelOptions } from '../config/resolve-options.js';
import {
  OTEL_OPTIONS,
  OTEL_SPAN_EXPORTERS,
  OTEL_SPAN_PROCESSORS,
  OTEL_SPAN_STORE,
  OTEL_TRACE_KEEPER,
} from '../config/tokens.js';
import type { Ending } from '../core/ending.js';
import type { RedactionPolicy } from '../core/redaction/redaction-policy.js';
import { createExporters } from '../pipeline/exporters/create-exporters.js';
import type { ObservedExporter } from '../pipeline/exporters/observed.exporter.js';
import { keepsSomething } from '../pipeline/keeping/keeps-something.js';
import { TraceKeeper } from '../pipeline/keeping/trace-keeper.js';
import { BatchProcessor } from '../pipeline/processors/batch.processor.js';
import { NPlusOneDetector } from '../pipeline/processors/n-plus-one.detector.js';
import { SimpleProcessor } from '../pipeline/processors/simple.processor.js';
import { SpanPipeline } from '../pipeline/processors/span-pipeline.processor.js';
import type { MemorySpanStore } from '../pipeline/span-store/memory-span-store.js';
import type { ProviderMode } from '../pipeline/telemetry-lifecycle.js';
import type { IngestHub } from '../sinks/panel/ingest/ingest-hub.js';
import { PANEL_INGEST_HUB } from '../sinks/panel/panel-tokens.js';
import { NestLog } from './nest-log.js';
import { provide } from './provide.js';
import { ENDING, PROVIDER_MODE, REDACTION, SPAN_PIPELINE } from './telemetry-tokens.js';

/** The way of a span that has ended: what judges it, the queues, the exporters. */
export function pipelineProviders(): Provider[] {
  return [
    provide(
      OTEL_SPAN_EXPORTERS,
      [OTEL_OPTIONS, PROVIDER_MODE, ENDING],
      async (options: ResolvedOtelOptions, mode: ProviderMode, ending: Ending) =>
        mode === 'own' ? createExporters(options, new NestLog(options.debug), ending) : [],
    ),
    provide(OTEL_SPAN_PROCESSORS, [OTEL_OPTIONS, OTEL_SPAN_EXPORTERS, PROVIDER_MODE], processors),
    provide(OTEL_TRACE_KEEPER, [OTEL_OPTIONS, PROVIDER_MODE], traceKeeper),
    provide(
      SPAN_PIPELINE,
      [
        OTEL_OPTIONS,
        OTEL_SPAN_PROCESSORS,
        OTEL_SPAN_STORE,
        PANEL_INGEST_HUB,
        OTEL_TRACE_KEEPER,
        PROVIDER_MODE,
        REDACTION,
      ],
      pipeline,
    ),
  ];
}

function processors(
  options: ResolvedOtelOptions,
  exporters: readonly ObservedExporter[],
  mode: ProviderMode,
): SpanProcessor[] {
  if (mode !== 'own') return [];
  const queues = exporters.map((exporter) =>
    exporter.immediate || options.processor === 'simple'
      ? new SimpleProcessor(exporter)
      : new BatchProcessor(exporter, options.batch, options.delivery.keepMs),
  );
  return [...queues, ...options.processors];
}

function traceKeeper(
  { sampling }: ResolvedOtelOptions,
  mode: ProviderMode,
): TraceKeeper | undefined {
  return mode === 'own' && keepsSomething(sampling.keep)
    ? new TraceKeeper(sampling.keep)
    : undefined;
}

function pipeline(
  options: ResolvedOtelOptions,
  members: readonly SpanProcessor[],
  store: MemorySpanStore | undefined,
  hub: IngestHub | undefined,
  keeper: TraceKeeper | undefined,
  mode: ProviderMode,
  redaction: RedactionPolicy | undefined,
): SpanPipeline | undefined {
  if (mode !== 'own') return undefined;
  const { enabled, nPlusOneThreshold } = options.typeorm;
  const { autoTrace } = options;
  const { attributeValueLength } = options.limits;
  const detects = enabled && nPlusOneThreshold !== false;
  const detector = detects ? new NPlusOneDetector(nPlusOneThreshold) : undefined;
  return new SpanPipeline(
    members,
    detector,
    attributeValueLength,
    autoTrace.enabled ? autoTrace : undefined,
    [store, hub?.forwarder].filter((watcher) => watcher !== undefined),
    keeper,
    redaction,
  );
}
