/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/ names these and PATCH. */
const KNOWN_METHODS: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
]);

export function isKnownMethod(method: string): boolean {
  return KNOWN_METHODS.has(method);
}

/** The method as attributes tell it. */
export function knownMethod(method: string): string {
  return isKnownMethod(method) ? method : '_OTHER';
}

/** The method as a span names it: an unknown one must not create ever new span names. */
export function spanMethod(method: string): string {
  return isKnownMethod(method) ? method : 'HTTP';
}
