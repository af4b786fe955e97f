import { replaceCardNumbers } from './card-number.js';
import { isSecretKey } from './redact-query.js';

/** What stands where a secret was. */
export const HIDDEN = '••••';

interface SecretForm {
  /** As it is called where the value is shown. */
  readonly rule: string;
  replace(text: string): string;
}

/** Secrets known by their form, wherever they stand in a text. */
const FORMS: readonly SecretForm[] = [
  form('private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*-----|$)/g),
  form('credentials', /\b(bearer|basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${HIDDEN}`),
  form('jwt', /\beyJ[\w-]{5,1024}\.[\w-]{5,}\.[\w-]*/g),
  form('aws key', /\b(AKIA|ASIA)[A-Z0-9]{16}\b/g),
  // A password may have an "@" in it; the last one before the path counts.
  form('url credentials', /(\b[a-z][a-z\d+.-]{1,20}:\/\/)[^\s/?#"'<>]{1,256}@/gi, `$1${HIDDEN}@`),
  {
    rule: 'secret parameter',
    replace: (text) =>
      text.replace(PARAMETER, (all, sign: string, key: string) =>
        isSecretKey(key) ? `${sign}${key}=${HIDDEN}` : all,
      ),
  },
  { rule: 'card number', replace: (text) => replaceCardNumbers(text, HIDDEN) },
];

/** Of a URL, a connection string, or what is a query as a whole; placeholders of SQL are none. */
const PARAMETER =
  /(^(?=\S*$)|[?&;])([\w.~%+[\]-]{1,64})=([^&;\s#]+(?:;(?![\w.~%+[\]-]{1,64}=)[^&;\s#]*)*)/g;

function form(rule: string, pattern: RegExp, replacement = HIDDEN): SecretForm {
  return { rule, replace: (text) => text.replace(pattern, replacement) };
}

/** Texts without any of this hold none of the above: most of them, and it is cheap to find out. */
const SUSPICIOUS =
  /bearer|basic|eyJ|AKIA|ASIA|-----BEGIN|:\/\/|(?:^|[?&;])[\w.~%+[\]-]{1,64}=|\d[\d -]{11}/i;

/** A text without its secrets, and the first rule that hid something. */
export function hideSecrets(text: string): { text: string; rule: string | undefined } {
  if (!SUSPICIOUS.test(text)) return { text, rule: undefined };
  let shown = text;
  let rule: string | undefined;
  for (const one of FORMS) {
    const replaced = one.replace(shown);
    if (replaced !== shown) rule ??= one.rule;
    shown = replaced;
  }
  return { text: shown, rule };
}
