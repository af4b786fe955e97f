import { context, type Tracer } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { TracerProvider, type Sampler, type SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedOtelOptions } from '../config/resolve-options.js';
import { livingContext } from './lifecycle-scope.js';

export interface SdkParts {
  readonly resource: Resource;
  readonly sampler: Sampler;
  readonly limits: ResolvedOtelOptions['limits'];
  readonly processor: SpanProcessor;
}

/**
 * Builds the OpenTelemetry SDK. This is the only file that constructs its classes, so that another
 * major line of it can be supported by a second builder. Everything is given explicitly: the SDK
 * must not read environment variables on its own, they were read and judged before.
 */
export function createTracerProvider(parts: SdkParts): TracerProvider {
  const { limits } = parts;
  return new LivingTracerProvider({
    resource: parts.resource,
    sampler: parts.sampler,
    spanProcessors: [parts.processor],
    spanLimits: {
      attributeValueLengthLimit: limits.attributeValueLength,
      attributeCountLimit: limits.attributeCount,
      eventCountLimit: limits.eventCount,
      linkCountLimit: limits.linkCount,
      attributePerEventCountLimit: limits.attributePerEventCount,
      attributePerLinkCountLimit: limits.attributePerLinkCount,
    },
  });
}

/** Spans that the application or another instrumentation makes keep to the same rule as ours. */
class LivingTracerProvider extends TracerProvider {
  override getTracer(...named: Parameters<TracerProvider['getTracer']>): Tracer {
    const tracer = super.getTracer(...named);
    if (Object.hasOwn(tracer, 'startSpan')) return tracer;
    const start = tracer.startSpan.bind(tracer);
    tracer.startSpan = (name, options, parent = context.active()) =>
      start(name, options, livingContext(parent));
    return tracer;
  }
}
