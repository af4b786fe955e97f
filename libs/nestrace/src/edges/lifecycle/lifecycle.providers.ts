import type { Provider } from '@nestjs/common';
import { LifecycleEdge } from './lifecycle.edge.js';
import { StartMoment } from './start-moment.js';

export function lifecycleProviders(): Provider[] {
  return [StartMoment, LifecycleEdge];
}
