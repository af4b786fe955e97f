import type { Provider } from '@nestjs/common';
import { TypeOrmEdge } from './typeorm.edge.js';

export function typeOrmProviders(): Provider[] {
  return [TypeOrmEdge];
}
