import type { Provider } from '@nestjs/common';
import {
  ProxyTracerProvider,
  trace,
  type TextMapPropagator,
  type Tracer,
  type TracerProvider,
} from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import { processEnvironment } from '../config/env.js';
import { loadOptions } from '../config/load-options.js';
import type { OtelModuleOptions } from '../config/otel.options.js';
import type { ResolvedOtelOptions } from '../config/resolve-options.js';
import {
  OTEL_AUTO_TRACE_OPTIONS,
  OTEL_HTTP_OPTIONS,
  OTEL_LOGS_OPTIONS,
  OTEL_OPTIONS,
  OTEL_OUTGOING_OPTIONS,
  OTEL_PANEL_ADDRESS,
  OTEL_PROPAGATOR,
  OTEL_RESOURCE,
  OTEL_SAMPLER,
  OTEL_SPAN_COUNTS,
  OTEL_SPAN_EXPORTERS,
  OTEL_SPAN_PROCESSORS,
  OTEL_SPAN_STORE,
  OTEL_TRACE_KEEPER,
  OTEL_TRACER,
  OTEL_TRACER_PROVIDER,
  OTEL_TYPEORM_OPTIONS,
  OTEL_USER_OPTIONS,
} from '../config/tokens.js';
import { Ending } from '../core/ending.js';
import type { RedactionPolicy } from '../core/redaction/redaction-policy.js';
import type { TraceKeeper } from '../pipeline/keeping/trace-keeper.js';
import { globalPropagator, hasForeignProvider } from '../pipeline/globals.js';
import type { SpanCounts } from '../pipeline/metrics/span-counts.js';
import type { SpanPipeline } from '../pipeline/processors/span-pipeline.processor.js';
import { PanelAddress } from '../pipeline/panel-address.js';
import { createPropagator } from '../pipeline/propagation/create-propagator.js';
import { RecordingPropagator } from '../pipeline/propagation/recording.propagator.js';
import { createRedaction } from '../pipeline/redaction/create-redaction.js';
import { createResource } from '../pipeline/resource.js';
import { createSampler } from '../pipeline/sampling/head-sampler.js';
import { MemorySpanStore } from '../pipeline/span-store/memory-span-store.js';
import { PanelRedaction } from '../pipeline/span-store/panel-redaction.js';
import { SpanTracerProvider } from '../pipeline/spans/span-tracer.provider.js';
import { UnsampledTraces } from '../pipeline/spans/unsampled.js';
import { TelemetryLifecycle, type ProviderMode } from '../pipeline/telemetry-lifecycle.js';
import type { IngestHub } from '../sinks/panel/ingest/ingest-hub.js';
import { PANEL_INGEST_HUB } from '../sinks/panel/panel-tokens.js';
import { VERSION } from '../version.js';
import { createDiagLogger, diagLevelOf, NestLog } from './nest-log.js';
import { pipelineProviders } from './pipeline.providers.js';
import { provide } from './provide.js';
import { ENDING, PROVIDER_MODE, REDACTION, SPAN_PIPELINE } from './telemetry-tokens.js';

/** Instrumentation scope of every span nestrace makes. */
const SCOPE = 'nestrace';

const slices = [
  [OTEL_AUTO_TRACE_OPTIONS, 'autoTrace'],
  [OTEL_HTTP_OPTIONS, 'http'],
  [OTEL_LOGS_OPTIONS, 'logs'],
  [OTEL_OUTGOING_OPTIONS, 'outgoing'],
  [OTEL_TYPEORM_OPTIONS, 'typeorm'],
] as const;

/** Tokens an application may inject. */
export const PUBLIC_TOKENS: readonly symbol[] = [
  OTEL_OPTIONS,
  OTEL_RESOURCE,
  OTEL_SAMPLER,
  OTEL_PROPAGATOR,
  OTEL_SPAN_EXPORTERS,
  OTEL_SPAN_PROCESSORS,
  OTEL_TRACER_PROVIDER,
  OTEL_TRACER,
];

/** From options to a tracer, every step a provider that a test can replace. */
export function telemetryProviders(): Provider[] {
  return [
    // Resolved here and not in forRoot(): by now ConfigModule has loaded its .env files.
    provide(OTEL_OPTIONS, [OTEL_USER_OPTIONS], (input: OtelModuleOptions) =>
      loadOptions(input, processEnvironment()),
    ),
    ...slices.map(([token, name]) =>
      provide(token, [OTEL_OPTIONS], (options: ResolvedOtelOptions) => options[name]),
    ),
    provide(PROVIDER_MODE, [OTEL_OPTIONS], (options: ResolvedOtelOptions): ProviderMode => {
      if (!options.enabled) return 'off';
      return hasForeignProvider() ? 'foreign' : 'own';
    }),
    provide(ENDING, [], () => new Ending()),
    provide(REDACTION, [OTEL_OPTIONS], createRedaction),
    provide(OTEL_RESOURCE, [OTEL_OPTIONS, REDACTION], createResource),
    provide(OTEL_SAMPLER, [OTEL_OPTIONS], (options: ResolvedOtelOptions) =>
      createSampler(options.sampling),
    ),
    provide(OTEL_PROPAGATOR, [OTEL_OPTIONS, PROVIDER_MODE], propagatorInUse),
    provide(OTEL_PANEL_ADDRESS, [], () => new PanelAddress()),
    provide(OTEL_SPAN_STORE, [OTEL_OPTIONS, PROVIDER_MODE, REDACTION], spanStore),
    ...pipelineProviders(),
    provide(
      OTEL_TRACER_PROVIDER,
      [
        OTEL_OPTIONS,
        OTEL_RESOURCE,
        OTEL_SAMPLER,
        SPAN_PIPELINE,
        OTEL_TRACE_KEEPER,
        OTEL_SPAN_COUNTS,
      ],
      tracerProvider,
    ),
    provide(OTEL_TRACER, [OTEL_TRACER_PROVIDER], (provider: TracerProvider) =>
      provider.getTracer(SCOPE, VERSION),
    ),
    {
      provide: TelemetryLifecycle,
      inject: [
        OTEL_OPTIONS,
        PROVIDER_MODE,
        OTEL_TRACER_PROVIDER,
        OTEL_TRACER,
        OTEL_PROPAGATOR,
        OTEL_SPAN_PROCESSORS,
        PANEL_INGEST_HUB,
        SPAN_PIPELINE,
        ENDING,
      ],
      useFactory: lifecycle,
    },
  ];
}

async function propagatorInUse(
  options: ResolvedOtelOptions,
  mode: ProviderMode,
): Promise<TextMapPropagator> {
  if (mode === 'foreign') return globalPropagator;
  const configured = await createPropagator(mode === 'off' ? [] : options.propagators);
  return mode === 'own' && options.panel.enabled ? new RecordingPropagator(configured) : configured;
}

function spanStore(
  options: ResolvedOtelOptions,
  mode: ProviderMode,
  redaction: RedactionPolicy | undefined,
): MemorySpanStore | undefined {
  const { panel } = options;
  if (mode === 'off' || !panel.enabled) return undefined;
  return new MemorySpanStore(panel.limits, new PanelRedaction(redaction, panel.limits));
}

function tracerProvider(
  { enabled, limits, panel }: ResolvedOtelOptions,
  resource: Resource,
  sampler: Sampler,
  processor: SpanPipeline | undefined,
  keeper: TraceKeeper | undefined,
  counts: SpanCounts | undefined,
): TracerProvider {
  if (processor !== undefined) {
    const unsampled = new UnsampledTraces(panel.enabled && panel.recordUnsampled, keeper);
    return new SpanTracerProvider({ resource, sampler, limits, processor, unsampled, counts });
  }
  // A proxy nobody stands behind: its tracers do nothing.
  return enabled ? trace.getTracerProvider() : new ProxyTracerProvider();
}

function lifecycle(
  options: ResolvedOtelOptions,
  mode: ProviderMode,
  provider: TracerProvider,
  tracer: Tracer,
  propagator: TextMapPropagator,
  spanProcessors: readonly SpanProcessor[],
  hub: IngestHub | undefined,
  spanPipeline: SpanPipeline | undefined,
  ending: Ending,
): TelemetryLifecycle {
  const diag = {
    logger: createDiagLogger(new NestLog(options.debug)),
    level: diagLevelOf(options.logLevel),
  };
  return new TelemetryLifecycle({
    mode,
    provider,
    tracer,
    propagator,
    processors: hub === undefined ? spanProcessors : [...spanProcessors, hub.forwarder],
    pipeline: spanPipeline,
    diag,
    ending,
  });
}
