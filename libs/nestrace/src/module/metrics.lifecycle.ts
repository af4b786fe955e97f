import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import type { SpanProcessor } from '@opentelemetry/sdk-trace';
import type { ResolvedOtelOptions } from '../config/resolve-options.js';
import {
  OTEL_OPTIONS,
  OTEL_SPAN_COUNTS,
  OTEL_SPAN_EXPORTERS,
  OTEL_SPAN_PROCESSORS,
} from '../config/tokens.js';
import type { ObservedExporter } from '../pipeline/exporters/observed.exporter.js';
import { sdkMetrics } from '../pipeline/metrics/sdk-metrics.js';
import { spanComponents } from '../pipeline/metrics/span-components.js';
import type { SpanCounts } from '../pipeline/metrics/span-counts.js';
import { TelemetryLifecycle } from '../pipeline/telemetry-lifecycle.js';

/** Takes the endpoint for Prometheus back, undefined where there is none. */
export const CLOSE_PROMETHEUS = Symbol('nestrace:close-prometheus');

/** Lets the application be read by whoever collects metrics, as long as it runs. */
@Injectable()
export class MetricsLifecycle implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly closed: (() => void) | undefined;

  constructor(
    @Inject(OTEL_OPTIONS) options: ResolvedOtelOptions,
    @Inject(OTEL_SPAN_COUNTS) counts: SpanCounts | undefined,
    @Inject(OTEL_SPAN_EXPORTERS) exporters: readonly ObservedExporter[],
    @Inject(OTEL_SPAN_PROCESSORS) processors: readonly SpanProcessor[],
    @Inject(CLOSE_PROMETHEUS) private readonly closePrometheus: (() => Promise<void>) | undefined,
    { telemetry, usesForeignProvider }: TelemetryLifecycle,
  ) {
    // Another SDK counts its spans itself.
    if (counts === undefined || telemetry === undefined || usesForeignProvider) return;
    this.closed = sdkMetrics.observe(counts, spanComponents(exporters, processors, options));
  }

  /** An application sets its `MeterProvider` before this, or exports spans before it is looked for again. */
  onApplicationBootstrap(): void {
    if (this.closed !== undefined) sdkMetrics.bind();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed?.();
    await this.closePrometheus?.();
  }
}
