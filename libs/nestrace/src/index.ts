export { OtelModule } from './module/otel.module.js';

export { traceFields, type TraceFields } from './edges/logging/index.js';

export { Baggage } from './edges/manual/index.js';
export { CurrentSpan } from './edges/manual/index.js';
export { getTracerToken, InjectTracer } from './edges/manual/index.js';
export { NoTrace } from './edges/manual/index.js';
export { SpanAttribute } from './edges/manual/index.js';
export { Traced } from './edges/manual/index.js';
export { TraceService } from './edges/manual/index.js';
export type { TracedDecorator, TracedOptions } from './edges/manual/index.js';

export { OtelHealthIndicator } from './sinks/health/otel-health.indicator.js';
export type {
  OtelExporterHealth,
  OtelHealth,
  OtelHealthOptions,
  OtelHealthResult,
} from './sinks/health/otel-health.options.js';

export {
  OTEL_OPTIONS,
  OTEL_PROPAGATOR,
  OTEL_RESOURCE,
  OTEL_SAMPLER,
  OTEL_SPAN_EXPORTERS,
  OTEL_SPAN_PROCESSORS,
  OTEL_TRACER,
  OTEL_TRACER_PROVIDER,
} from './config/tokens.js';

export type {
  AutoTraceLevel,
  AutoTraceOptions,
  TraceCandidate,
  TraceTarget,
} from './config/auto-trace.options.js';
export type { BatchOptions } from './config/batch.options.js';
export type { ConsoleExporterOptions } from './config/console-exporter.options.js';
export type { BreakerOptions, DeliveryOptions, RetryOptions } from './config/delivery.options.js';
export type { ExporterInput } from './config/exporters.options.js';
export type { HttpOptions } from './config/http.options.js';
export type { LimitsOptions } from './config/limits.options.js';
export type { MetricsOptions, PrometheusOptions } from './config/metrics.options.js';
export type { LogsLevel, LogsOptions } from './config/logs.options.js';
export type {
  OtelLogLevel,
  OtelModuleOptions,
  OtelModuleOptionsFactory,
  ResourceOptions,
  ShutdownOptions,
} from './config/otel.options.js';
export type { OtlpExporterOptions, TlsOptions } from './config/otlp-exporter.options.js';
export type { OutgoingOptions, OutgoingRequest } from './config/outgoing.options.js';
export type { PanelIngestOptions } from './config/panel-ingest.options.js';
export type { PanelLimitsOptions } from './config/panel-limits.options.js';
export type { PanelGuard } from './config/panel-access.options.js';
export type { PanelLink, PanelLinksOptions } from './config/panel-links.options.js';
export type { PanelNPlusOneOptions, PanelOptions } from './config/panel.options.js';
export type { PropagatorInput } from './config/propagation.options.js';
export type { RedactionOptions } from './config/redaction.options.js';
export type { ResolvedOtelOptions } from './config/resolve-options.js';
export type { SamplingStrategy } from './config/sampler-variables.js';
export type { SamplingKeepOptions } from './config/sampling-keep.options.js';
export type {
  SamplingMatch,
  SamplingRoot,
  SamplingRule,
  SamplingTransport,
} from './config/sampling-rules.options.js';
export type { IgnoreRequest, IgnoreRule, SamplingOptions } from './config/sampling.options.js';
export type { SemconvOptions } from './config/semconv.options.js';
export type { ServiceOptions } from './config/service.options.js';
export type { TypeOrmOptions } from './config/typeorm.options.js';
export type { ZipkinExporterOptions } from './config/zipkin-exporter.options.js';
export type { Pattern } from './core/matcher.js';
export type { BreakerState, CircuitBreaker } from './pipeline/exporters/circuit-breaker.js';
export type { Delivery, DropReason } from './pipeline/exporters/delivery.js';
export type { FailureReason } from './pipeline/exporters/failure-counts.js';
export type { ObservedExporter } from './pipeline/exporters/observed.exporter.js';

export { DecoratorUsageError } from './core/errors/decorator-usage.error.js';
export { MissingPeerError } from './core/errors/missing-peer.error.js';
export { OtelConfigError, type ConfigProblem } from './core/errors/otel-config.error.js';
export { OtelError, type OtelErrorCode } from './core/errors/otel.error.js';
