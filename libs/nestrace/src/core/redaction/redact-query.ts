import { BoundedMap } from '../bounded-map.js';

const REDACTED = 'REDACTED';

/**
 * Query keys whose values are secrets, or tell about a person, by their name. The four signature
 * keys come from the HTTP semantic conventions
 * (https://opentelemetry.io/docs/specs/semconv/registry/attributes/url/), the others are the names
 * such values usually travel under.
 */
const SECRET_WORD =
  /(^|[-_.[])(sig|pass|pwd|jwt|auth|authorization|api-?key|access-?key|private-?key|session|otp|e-?mail|phone|iban|ssn)\]?(\[\d*\])*$/;

/** Written together with other words as well: `accesstoken`, `password_confirmation`. */
const SECRET_PART =
  /passw(or)?d|passphrase|secret(?!ar)|credential|(token|signature|sess(ion)?-?id|apikey|accesskeyid)\]?(\[\d*\])*$/;

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
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const verdict = judge(key);
  if (key.length <= MAX_REMEMBERED) verdicts.set(key, verdict);
  return verdict;
}

/** Applications use the same few names; who invents others must not fill the memory with them. */
const MAX_REMEMBERED = 64;
const verdicts = new BoundedMap<string, boolean>(1000);

function judge(key: string): boolean {
  const name = normalise(key);
  const plain = key.toLowerCase();
  return (
    SECRET_NAME.test(name) ||
    SECRET_WORD.test(name) ||
    SECRET_WORD.test(plain) ||
    SECRET_PART.test(plain)
  );
}

const ENCODED = /[%+]/;
const AT_SIGN = /@|%40/;

/** An e-mail address, with its sign written out or encoded. */
const ADDRESS = /^[^@\s]+(?:@|%40)[^@\s]+\.[^@\s]+$/i;

/**
 * Replaces the values of secret-looking keys, and addresses, in a query string by `REDACTED`;
 * everything else keeps its bytes. `query` comes without the leading question mark.
 */
export function redactQuery(query: string, alsoSecret: (key: string) => boolean = never): string {
  const mayHaveAddress = AT_SIGN.test(query);
  let redacted = '';
  let done = 0;
  for (let start = 0; start < query.length;) {
    const next = query.indexOf('&', start);
    const end = next === -1 ? query.length : next;
    const equals = query.indexOf('=', start);
    if (equals > start && equals < end - 1) {
      const key = decodeKey(query.slice(start, equals));
      const isAddress = mayHaveAddress && ADDRESS.test(query.slice(equals + 1, end));
      if (isAddress || isSecretKey(key) || alsoSecret(key)) {
        redacted += `${query.slice(done, equals + 1)}${REDACTED}`;
        done = end;
      }
    }
    start = end + 1;
  }
  return redacted + query.slice(done);
}

function never(): boolean {
  return false;
}

function decodeKey(key: string): string {
  if (!ENCODED.test(key)) return key;
  try {
    return decodeURIComponent(key.replace(/\+/g, ' '));
  } catch {
    return key;
  }
}
