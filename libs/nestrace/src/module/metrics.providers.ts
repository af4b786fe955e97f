import type { Provider } from '@nestjs/common';
import type { Resource } from '@opentelemetry/resources';
import type { ResolvedOtelOptions } from '../config/resolve-options.js';
import { OTEL_OPTIONS, OTEL_RESOURCE, OTEL_SPAN_COUNTS } from '../config/tokens.js';
import { SpanCounts } from '../pipeline/metrics/span-counts.js';
import { CLOSE_PROMETHEUS, MetricsLifecycle } from './metrics.lifecycle.js';
import { NestLog } from './nest-log.js';

/** What is counted, and what serves it. */
export function metricsProviders(): Provider[] {
  return [
    {
      provide: OTEL_SPAN_COUNTS,
      inject: [OTEL_OPTIONS],
      useFactory: ({ metrics }: ResolvedOtelOptions) =>
        metrics.enabled && metrics.sdk ? new SpanCounts() : undefined,
    },
    {
      provide: CLOSE_PROMETHEUS,
      inject: [OTEL_OPTIONS, OTEL_RESOURCE],
      useFactory: prometheus,
    },
    MetricsLifecycle,
  ];
}

/** While providers are made: modules that create instruments when they start need the provider. */
async function prometheus(
  { enabled, metrics, debug }: ResolvedOtelOptions,
  resource: Resource,
): Promise<(() => Promise<void>) | undefined> {
  if (!enabled || !metrics.enabled || !metrics.prometheus.enabled) return undefined;
  const { servePrometheus } = await import('../pipeline/metrics/prometheus.js');
  return servePrometheus({ options: metrics.prometheus, resource, log: new NestLog(debug) });
}
