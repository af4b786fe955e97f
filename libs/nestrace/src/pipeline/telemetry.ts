import type { TextMapPropagator, Tracer } from '@opentelemetry/api';

/** What an edge needs to start spans and to carry their context. */
export interface Telemetry {
  readonly tracer: Tracer;
  readonly propagator: TextMapPropagator;
}
