import type { Provider } from '@nestjs/common';
import { ExceptionObserver } from './exception.observer.js';
import { HttpEdge } from './http.edge.js';
import { OtelInterceptor } from './otel.interceptor.js';

export function incomingProviders(): Provider[] {
  return [HttpEdge, OtelInterceptor, ExceptionObserver];
}
