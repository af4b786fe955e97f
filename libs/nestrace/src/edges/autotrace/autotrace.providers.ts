import type { Provider } from '@nestjs/common';
import { AutoTraceEdge } from './auto-trace.edge.js';

export function autoTraceProviders(): Provider[] {
  return [AutoTraceEdge];
}
