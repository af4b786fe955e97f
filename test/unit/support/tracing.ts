import { context, type Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { Sampler, SpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { useStorageContextManager } from '../../../libs/nestrace/src/pipeline/active-context.js';
import { announceTelemetry } from '../../../libs/nestrace/src/pipeline/current-telemetry.js';
import type { NPlusOneDetector } from '../../../libs/nestrace/src/pipeline/processors/n-plus-one.detector.js';
import { SpanPipeline } from '../../../libs/nestrace/src/pipeline/processors/span-pipeline.processor.js';
import { createSampler } from '../../../libs/nestrace/src/pipeline/sampling/head-sampler.js';
import { createTracerProvider } from '../../../libs/nestrace/src/pipeline/sdk.js';
import type { Telemetry } from '../../../libs/nestrace/src/pipeline/telemetry.js';
import { InMemoryTelemetry } from '../../../libs/nestrace/src/testing/in-memory-telemetry.js';
import { resolve } from './options.js';

export interface Tracing {
  /** All spans of the tracer, at the end of a real pipeline. */
  readonly spans: InMemoryTelemetry;
  readonly telemetry: Telemetry;
  readonly tracer: Tracer;
  readonly provider: TracerProvider;
  readonly pipeline: SpanPipeline;
  stop(): void;
}

export interface TracingParts {
  readonly sampler?: Sampler;
  readonly service?: string;
  /** Members of the pipeline besides the one that collects the spans. */
  readonly members?: readonly SpanProcessor[];
  readonly nPlusOne?: NPlusOneDetector;
}

export const EVERYTHING = createSampler(resolve({ sampling: { strategy: 'always' } }).sampling);
export const NOTHING = createSampler(resolve({ sampling: { strategy: 'never' } }).sampling);

/** The telemetry of one application, without the application. */
export function startTracing({
  sampler = EVERYTHING,
  service = 'test',
  members = [],
  nPlusOne,
}: TracingParts = {}): Tracing {
  const spans = new InMemoryTelemetry();
  const pipeline = new SpanPipeline([...members, spans], nPlusOne);
  const provider = createTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service }),
    sampler,
    limits: resolve().limits,
    processor: pipeline,
  });
  const telemetry = {
    tracer: provider.getTracer('test'),
    propagator: { inject: () => {}, extract: (active: never) => active, fields: () => [] },
  };
  pipeline.serve(telemetry);
  useStorageContextManager();
  const withdraw = announceTelemetry(telemetry);
  return {
    spans,
    telemetry,
    tracer: telemetry.tracer,
    provider,
    pipeline,
    stop: () => {
      withdraw();
      context.disable();
    },
  };
}
