export { expectTrace } from './testing/expect-trace.js';
export type { AttributeExpectation, SpanExpectation } from './testing/expect-trace.js';
export { InMemoryTelemetry } from './testing/in-memory-telemetry.js';
export type {
  InMemoryTelemetryOptions,
  SpanMatch,
  WaitOptions,
} from './testing/in-memory-telemetry.js';
export { formatTrace } from './pipeline/exporters/console/format-trace.js';
export type { FormatTraceOptions } from './pipeline/exporters/console/format-trace.js';
export { toSpanView } from './pipeline/exporters/console/span-view.js';
export type { SpanView } from './pipeline/exporters/console/span-view.js';
