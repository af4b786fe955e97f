/**
 * Injection tokens of the parts nestrace is made of. Each can be injected, and replaced with
 * `overrideProvider(TOKEN)` in a test.
 */

/** The complete, frozen options ({@link ResolvedOtelOptions}). @publicApi */
export const OTEL_OPTIONS = Symbol('nestrace:options');
/** The `Resource` every span carries. @publicApi */
export const OTEL_RESOURCE = Symbol('nestrace:resource');
/** The head `Sampler`. @publicApi */
export const OTEL_SAMPLER = Symbol('nestrace:sampler');
/** The `TextMapPropagator` used for requests in and out. @publicApi */
export const OTEL_PROPAGATOR = Symbol('nestrace:propagator');
/** The configured exporters, each wrapped so that its deliveries are counted. @publicApi */
export const OTEL_SPAN_EXPORTERS = Symbol('nestrace:span-exporters');
/** The `SpanProcessor`s in their order, your own at the end. @publicApi */
export const OTEL_SPAN_PROCESSORS = Symbol('nestrace:span-processors');
/** The `TracerProvider`. @publicApi */
export const OTEL_TRACER_PROVIDER = Symbol('nestrace:tracer-provider');
/** The `Tracer` of nestrace itself; also what `@InjectTracer()` injects. @publicApi */
export const OTEL_TRACER = Symbol('nestrace:tracer');

/** What the user typed. @internal */
export const OTEL_USER_OPTIONS = Symbol('nestrace:OtelModule.forRoot() options');
/** What HTTP edge and interceptor need of the options. @internal */
export const OTEL_HTTP_OPTIONS = Symbol('nestrace:http-options');
/** What auto tracing needs of the options. @internal */
export const OTEL_AUTO_TRACE_OPTIONS = Symbol('nestrace:auto-trace-options');
/** What the outgoing edge needs of the options. @internal */
export const OTEL_OUTGOING_OPTIONS = Symbol('nestrace:outgoing-options');
/** What the logging edge needs of the options. @internal */
export const OTEL_LOGS_OPTIONS = Symbol('nestrace:logs-options');
/** What the TypeORM edge needs of the options. @internal */
export const OTEL_TYPEORM_OPTIONS = Symbol('nestrace:typeorm-options');
/** Where the panel is. @internal */
export const OTEL_PANEL_ADDRESS = Symbol('nestrace:panel-address');
/** Decides about traces that are not sampled, or undefined where none is kept. @internal */
export const OTEL_TRACE_KEEPER = Symbol('nestrace:trace-keeper');
/** The spans the panel shows, or undefined where there is none. @internal */
export const OTEL_SPAN_STORE = Symbol('nestrace:span-store');
/** How many spans started and ended, or undefined where nobody wants to know. @internal */
export const OTEL_SPAN_COUNTS = Symbol('nestrace:span-counts');
