import type { Provider } from '@nestjs/common';
import { OutgoingEdge } from './outgoing.edge.js';

export function outgoingProviders(): Provider[] {
  return [OutgoingEdge];
}
