const REDACTED = 'REDACTED';

/**
 * Query keys whose values are secrets by their name. The four signature keys come from the HTTP
 * semantic conventions (https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/), the
 * others are the names tokens and credentials usually travel under.
 */
const SECRET_WORD =
  /(^|[-_.[])(awsaccesskeyid|signature|sig|pass|passwd|password|passphrase|pwd|secret|token|jwt|auth|authorization|credentials?|api-?key|access-?key|private-?key|session|session-?id|otp)\]?(\[\d*\])*$/;

/** Names that are secret only when they stand alone: `sort_key` and `country_code` are harmless. */
const SECRET_NAME = /^(key|code|sid|pin)$/;

/** `accessToken` reads as `access-token`, so that one pattern covers every way to write a name. */
function normalise(key: string): string {
  return key
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replace(/_/g, '-');
}

/** Tells whether the value of a query key, header or field of this name must not be shown. */
export function isSecretKey(key: string): boolean {
  const name = normalise(key);
  return SECRET_NAME.test(name) || SECRET_WORD.test(name) || SECRET_WORD.test(key.toLowerCase());
}

/**
 * Replaces the values of secret-looking keys in a query string by `REDACTED`; everything else keeps
 * its bytes. `query` comes without the leading question mark.
 */
export function redactQuery(query: string, alsoSecret: (key: string) => boolean = never): string {
  if (!query.includes('=')) return query;
  let changed = false;
  const parts = query.split('&').map((part) => {
    const equals = part.indexOf('=');
    if (equals <= 0 || equals === part.length - 1) return part;
    const key = decodeKey(part.slice(0, equals));
    if (!isSecretKey(key) && !alsoSecret(key)) return part;
    changed = true;
    return `${part.slice(0, equals + 1)}${REDACTED}`;
  });
  return changed ? parts.join('&') : query;
}

function never(): boolean {
  return false;
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replace(/\+/g, ' '));
  } catch {
    return key;
  }
}
