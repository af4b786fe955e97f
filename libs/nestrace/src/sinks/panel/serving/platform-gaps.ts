import type { AbstractHttpAdapter } from '@nestjs/core';
import type { PlatformRequest, PlatformResponse } from './platform.js';
import { PANEL_MEDIA_TYPE } from './read-body.js';

/** What matters here of an instance of Fastify. */
interface FastifyLike {
  hasContentTypeParser?(type: string): boolean;
  addContentTypeParser?(
    type: string,
    parser: (
      request: unknown,
      payload: unknown,
      done: (error: null, body?: unknown) => void,
    ) => void,
  ): void;
  hasRoute?(route: { readonly method: string; readonly url: string }): boolean;
}

/** Fastify refuses bodies of types it does not know; this one is left unread, for us to read. */
export function takePanelMediaType(adapter: AbstractHttpAdapter | undefined): void {
  const fastify = instanceOf(adapter);
  try {
    if (fastify?.hasContentTypeParser?.(PANEL_MEDIA_TYPE) !== false) return;
    fastify.addContentTypeParser?.(PANEL_MEDIA_TYPE, (_request, _payload, done) => {
      done(null);
    });
  } catch {
    // It has started already. Then imports go through the parser for JSON, up to its limit.
  }
}

/**
 * Fastify takes the path with a slash at its end for another one. What is registered here is behind
 * no guard, so it may only send the browser on.
 */
export function addTrailingSlash(
  adapter: AbstractHttpAdapter | undefined,
  path: string,
  handler: (request: PlatformRequest, response: PlatformResponse) => Promise<void>,
): void {
  const url = `${path}/`;
  try {
    if (instanceOf(adapter)?.hasRoute?.({ method: 'GET', url }) === true) return;
    adapter?.get?.(url, handler);
  } catch {
    // The router knows it, or takes no more routes. The path without the slash is served.
  }
}

function instanceOf(adapter: AbstractHttpAdapter | undefined): FastifyLike | undefined {
  return adapter?.getInstance?.() as FastifyLike | undefined;
}
