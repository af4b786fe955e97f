export { AutoTraceEdge } from './auto-trace.edge.js';
export { autoTraceProviders } from './autotrace.providers.js';
export { traceEarly } from './early-tracing.js';
