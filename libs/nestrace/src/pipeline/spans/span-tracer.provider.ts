import type { Tracer, TracerOptions, TracerProvider } from '@opentelemetry/api';
import type { InstrumentationScope } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { Sampler, SpanProcessor } from '@opentelemetry/sdk-trace';
import { within } from '../../core/within.js';
import type { SpanCounts } from '../metrics/span-counts.js';
import type { SpanLimits } from './span-limits.js';
import { SpanTracer } from './span-tracer.js';
import type { UnsampledTraces } from './unsampled.js';

export interface SpanTracerProviderParts {
  readonly resource: Resource;
  readonly sampler: Sampler;
  readonly limits: SpanLimits;
  readonly processor: SpanProcessor;
  readonly unsampled?: UnsampledTraces | undefined;
  readonly counts?: SpanCounts | undefined;
}

/** As long as the SDK waits where nobody says how long. */
const FLUSH_MS = 30_000;

/**
 * Gives out tracers. It takes the place of the provider of the SDK, which makes spans too slowly for
 * every call of a request; samplers, processors and exporters of the SDK do not see a difference.
 */
export class SpanTracerProvider implements TracerProvider {
  private readonly tracers = new Map<string, Tracer>();

  constructor(private readonly parts: SpanTracerProviderParts) {}

  getTracer(name: string, version?: string, options?: TracerOptions): Tracer {
    const schemaUrl = options?.schemaUrl;
    const key = `${name}@${version ?? ''}:${schemaUrl ?? ''}`;
    let tracer = this.tracers.get(key);
    if (tracer === undefined) {
      const { sampler, ...parts } = this.parts;
      const instrumentationScope = { name, version, schemaUrl } as InstrumentationScope;
      tracer = new SpanTracer({ ...parts, instrumentationScope }, sampler);
      this.tracers.set(key, tracer);
    }
    return tracer;
  }

  /** Rejects when the spans are not delivered in time. */
  async forceFlush({ timeoutMillis = FLUSH_MS } = {}): Promise<void> {
    const flushed = this.parts.processor.forceFlush();
    const inTime = await within(flushed, timeoutMillis);
    if (!inTime) throw new Error(`the spans were not delivered within ${timeoutMillis} ms`);
    await flushed;
  }

  shutdown(): Promise<void> {
    return this.parts.processor.shutdown();
  }
}
