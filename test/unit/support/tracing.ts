import { context, type Tracer } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import { useStorageContextManager } from '../../../libs/nestrace/src/pipeline/active-context.js';
import { announceTelemetry } from '../../../libs/nestrace/src/pipeline/current-telemetry.js';
import { NO_LIMITS, type TraceLimits } from '../../../libs/nestrace/src/pipeline/local-trace.js';
import type { NPlusOneDetector } from '../../../libs/nestrace/src/pipeline/processors/n-plus-one.detector.js';
import { SpanPipeline } from '../../../libs/nestrace/src/pipeline/processors/span-pipeline.processor.js';
import { createSampler } from '../../../libs/nestrace/src/pipeline/sampling/head-sampler.js';
import { SpanTracerProvider } from '../../../libs/nestrace/src/pipeline/spans/span-tracer.provider.js';
import type { Telemetry } from '../../../libs/nestrace/src/pipeline/telemetry.js';
import { InMemoryTelemetry } from '../../../libs/nestrace/src/testing/in-memory-telemetry.js';
import { resolve } from './options.js';

export interface Tracing {
  /** All spans of the tracer, at the end of a real pipeline. */
  readonly spans: InMemoryTelemetry;
  readonly telemetry: Telemetry;
  readonly tracer: Tracer;
  readonly provider: SpanTracerProvider;
  readonly pipeline: SpanPipeline;
  stop(): void;
}

export interface TracingParts {
  readonly sampler?: Sampler;
  readonly service?: string;
  /** Members of the pipeline besides the one that collects the spans. */
  readonly members?: readonly SpanProcessor[];
  readonly nPlusOne?: NPlusOneDetector;
  readonly limits?: Partial<TraceLimits>;
}

export const EVERYTHING = createSampler(resolve({ sampling: { strategy: 'always' } }).sampling);
export const NOTHING = createSampler(resolve({ sampling: { strategy: 'never' } }).sampling);

/** The telemetry of one application, without the application. */
export function startTracing({
  sampler = EVERYTHING,
  service = 'test',
  members = [],
  nPlusOne,
  limits,
}: TracingParts = {}): Tracing {
  const spans = new InMemoryTelemetry();
  const pipeline = new SpanPipeline([...members, spans], nPlusOne, undefined, {
    ...NO_LIMITS,
    ...limits,
  });
  const provider = new SpanTracerProvider({
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
