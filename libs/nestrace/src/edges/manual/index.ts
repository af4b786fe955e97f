export { Baggage } from './baggage.decorator.js';
export { CurrentSpan } from './current-span.decorator.js';
export { getTracerToken, InjectTracer, namedTracerProviders } from './inject-tracer.decorator.js';
export { NoTrace } from './no-trace.decorator.js';
export { SpanAttribute } from './span-attribute.decorator.js';
export { TraceService } from './trace.service.js';
export { Traced } from './traced.decorator.js';
export type { TracedDecorator, TracedOptions } from './traced.options.js';
