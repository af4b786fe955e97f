import { Inject, type Provider } from '@nestjs/common';
import type { TracerProvider } from '@opentelemetry/api';
import { OTEL_TRACER, OTEL_TRACER_PROVIDER } from '../../config/tokens.js';

const requested = new Set<string>();

/**
 * The injection token of a named tracer, for example to override it in a test.
 *
 * @publicApi
 */
export function getTracerToken(name?: string): string | symbol {
  return name === undefined ? OTEL_TRACER : `nestrace:tracer:${name}`;
}

/**
 * Injects a `Tracer`: the one of nestrace, or one with a name of its own (its instrumentation
 * scope). A named tracer has to be asked for before `OtelModule.forRoot()` is evaluated, which is
 * so for every class the root module imports; in lazily loaded modules use `TraceService.tracer()`.
 *
 * @example
 * ```ts
 * constructor(@InjectTracer('billing') private readonly tracer: Tracer) {}
 * ```
 *
 * @publicApi
 */
export function InjectTracer(name?: string): ParameterDecorator & PropertyDecorator {
  if (name !== undefined) requested.add(name);
  return Inject(getTracerToken(name));
}

/** One provider for every tracer that was asked for by name. */
export function namedTracerProviders(): Provider[] {
  return [...requested].map((name) => ({
    provide: getTracerToken(name),
    inject: [OTEL_TRACER_PROVIDER],
    useFactory: (provider: TracerProvider) => provider.getTracer(name),
  }));
}
