import type { OtlpRequest } from './otlp-request-builder.js';

/**
 * Cuts a request in JSON behind so many of its spans. Each part has the resources and scopes its
 * spans belong to.
 */
export function splitJson(request: Uint8Array, first: number): [Uint8Array, Uint8Array] {
  const parsed = JSON.parse(Buffer.from(request).toString()) as OtlpRequest;
  return [part(parsed, (index) => index < first), part(parsed, (index) => index >= first)];
}

function part({ resourceSpans }: OtlpRequest, isWanted: (index: number) => boolean): Uint8Array {
  let index = 0;
  const kept = resourceSpans
    .map((resource) => ({
      ...resource,
      scopeSpans: resource.scopeSpans
        .map((scope) => ({ ...scope, spans: scope.spans.filter(() => isWanted(index++)) }))
        .filter(({ spans }) => spans.length > 0),
    }))
    .filter(({ scopeSpans }) => scopeSpans.length > 0);
  return Buffer.from(JSON.stringify({ resourceSpans: kept }));
}
