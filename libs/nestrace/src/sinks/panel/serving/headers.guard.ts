import type { CanActivate, ExecutionContext } from '@nestjs/common';
import { rawResponse, type PlatformResponse } from './platform.js';
import { secureHeaders } from './response-headers.js';

/**
 * Lets everybody pass, and puts the headers on first: what a guard after it refuses is answered by
 * filters of the application.
 */
export class HeadersGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const response = context.switchToHttp().getResponse<FastifyLike>();
    secureHeaders(rawResponse(response));
    // Fastify keeps headers until it sends them, and would put these back.
    for (const name of Object.keys(response.getHeaders?.() ?? {})) {
      if (name.toLowerCase().startsWith('access-control-')) response.removeHeader?.(name);
    }
    return true;
  }
}

interface FastifyLike extends PlatformResponse {
  getHeaders?(): Readonly<Record<string, unknown>>;
  removeHeader?(name: string): unknown;
}
