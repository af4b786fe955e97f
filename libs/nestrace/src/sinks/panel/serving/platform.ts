import type { IncomingMessage, ServerResponse } from 'node:http';

/** What Express and Fastify have in common, and where Fastify differs. */
export interface PlatformRequest {
  readonly params?: Readonly<Record<string, string | undefined>>;
  /** What a body parser of the application has made of the body. */
  readonly body?: unknown;
  /** Before a router that is mounted somewhere cut its part off. */
  readonly originalUrl?: string;
  readonly raw?: IncomingMessage;
}

export interface PlatformResponse {
  readonly raw?: ServerResponse;
  hijack?(): void;
}

export function rawRequest(request: PlatformRequest): IncomingMessage {
  return request.raw ?? (request as IncomingMessage);
}

export function rawResponse(response: PlatformResponse): ServerResponse {
  return response.raw ?? (response as ServerResponse);
}

/** The path as the browser sees it, unless a proxy has cut something off its start. */
export function pathOf(request: PlatformRequest): string {
  return urlOf(request).split('?', 1)[0] ?? '';
}

export function searchOf(request: PlatformRequest): URLSearchParams {
  const url = urlOf(request);
  const start = url.indexOf('?');
  return new URLSearchParams(start === -1 ? '' : url.slice(start));
}

function urlOf(request: PlatformRequest): string {
  return request.originalUrl ?? rawRequest(request).url ?? '';
}
