import type { Provider } from '@nestjs/common';
import { LoggingEdge } from './logging.edge.js';

export { LoggingEdge } from './logging.edge.js';
export { traceFields, type TraceFields } from './trace-fields.js';

export function loggingProviders(): Provider[] {
  return [LoggingEdge];
}
