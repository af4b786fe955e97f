import type { Provider } from '@nestjs/common';
import { ExceptionObserver } from './exception.observer.js';
import { HandlerGuard } from './handler.guard.js';
import { HttpEdge } from './http.edge.js';
import { OtelInterceptor } from './otel.interceptor.js';

export function incomingProviders(): Provider[] {
  return [HttpEdge, HandlerGuard, OtelInterceptor, ExceptionObserver];
}
