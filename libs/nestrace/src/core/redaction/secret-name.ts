import { isSecretKey } from './redact-query.js';

/** Secret as parts of a URL, where OAuth has named them; elsewhere they are codes of errors and keys of caches. */
const ONLY_IN_URLS = /^(?:key|code)$/i;

const COOKIE = /(?:^|[-_.])(?:set-)?cookies?2?$/i;
const CONNECTION = /connection[-_.]?string$|(?:^|[-_.])dsn$/i;
const SESSION = /sess(?:ion)?[-_.]?id$/i;
const CARD = /(?:^|[-_.])(?:cvv|cvc|cvv2|pan|card[-_.]?number|cardNumber|pin[-_.]?code)$/i;
const EMAIL = /(?:^|[-_.])e-?mail(?:[-_.]?address)?$|Email(?:Address)?$/;

/** Whether the value of an attribute is hidden whatever it is, by the look of its name. */
export function isSecretName(name: string, showsEmails = false): boolean {
  if (ONLY_IN_URLS.test(name)) return false;
  if (showsEmails && EMAIL.test(name)) return false;
  return (
    isSecretKey(name) ||
    EMAIL.test(name) ||
    COOKIE.test(name) ||
    CONNECTION.test(name) ||
    SESSION.test(name) ||
    CARD.test(name)
  );
}
