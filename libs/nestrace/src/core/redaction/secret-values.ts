import { CARD_SIGN, replaceCardNumbers } from './card-number.js';
import { replaceEmails } from './email-address.js';
import { IBAN_SIGN, replaceIbans } from './iban.js';
import {
  NAME_SIGN,
  replaceHeaders,
  replaceNamedValues,
  replaceParameters,
} from './named-values.js';

/** What stands where a secret was. */
export const HIDDEN = '••••';

export interface SecretKinds {
  readonly emails: boolean;
  readonly cardNumbers: boolean;
  /** What is shown in place of a secret. */
  readonly replacement: string;
}

interface SecretForm {
  /** As it is called where the value is shown. */
  readonly rule: string;
  /** What every such secret has in it; nothing is searched where it is not. */
  readonly sign?: string;
  replace(text: string, replacement: string): string;
}

/** A credential has more than letters in it: "basic authentication" is none. */
const CREDENTIAL = /\b(bearer|basic|digest|negotiate)(\s{1,3}|%20|\+)([\w.~+/=-]{6,4096})/gi;
const MIXED = /\d|[a-z][A-Z]|[=~_]/;

const PREFIXED =
  /(?<![A-Za-z\d])(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|(?:[sr]k_(?:live|test)|whsec|npm|hf|shpat)_\w{16,}|AIza[\w-]{30,}|sk-[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{16,})/g;

const USER_INFO =
  /(\b[a-z][a-z\d+.-]{1,20}:\/\/)(?:[^\s/?#"'<>]{1,256}|[^\s:/?#@"'<>]{0,64}:(?!\d{1,5}[/?#])[^\s"'<>@]{1,256})@/gi;

/** Secrets known by their form, wherever they stand in a text. */
const FORMS: readonly SecretForm[] = [
  form(
    'private key',
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}-----|$)/g,
    '-----BEGIN',
  ),
  { rule: 'secret parameter', sign: '=', replace: replaceParameters },
  {
    rule: 'credentials',
    replace: (text, hidden) =>
      text.replace(CREDENTIAL, (all, scheme: string, space: string, value: string) =>
        MIXED.test(value) && value !== HIDDEN ? `${scheme}${space}${hidden}` : all,
      ),
  },
  form('jwt', /(?:(?<![\w-])|(?<=%[\dA-Fa-f]{2}))eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*){0,3}/g, 'eyJ'),
  { rule: 'credentials', replace: replaceHeaders },
  form('aws key', /(?<![A-Za-z\d])(?:AKIA|ASIA)[A-Z\d]{16}(?![A-Za-z\d])/g),
  form('access token', PREFIXED),
  {
    rule: 'url credentials',
    sign: '://',
    replace: (text, hidden) =>
      text.includes('@')
        ? text.replace(USER_INFO, (all, scheme: string) =>
            all.endsWith('REDACTED:REDACTED@') ? all : `${scheme}${hidden}@`,
          )
        : text,
  },
  { rule: 'secret in text', replace: replaceNamedValues },
  { rule: 'iban', replace: replaceIbans },
];

const EMAIL: SecretForm = { rule: 'e-mail', replace: replaceEmails };
const CARD: SecretForm = { rule: 'card number', replace: replaceCardNumbers };

function form(rule: string, pattern: RegExp, sign?: string): SecretForm {
  const replace = (text: string, hidden: string): string => text.replace(pattern, () => hidden);
  return sign === undefined ? { rule, replace } : { rule, sign, replace };
}

/** As it stands, in small letters and in capitals. */
function anyCase(source: string): string {
  return source.replace(
    /(\\.)|([a-z])/g,
    (_, escaped: string | undefined, letter: string) =>
      escaped ?? `[${letter}${letter.toUpperCase()}]`,
  );
}

const SIGNS: readonly string[] = [
  anyCase(String.raw`(?:bearer|basic|digest|negotiate)(?:\s|%20|\+)`),
  anyCase(NAME_SIGN),
  'eyJ|AKIA|ASIA|-----BEGIN',
  String.raw`gh[pousr]_|github_pat_|glpat-|xox[a-z]-|[sr]k_live|[sr]k_test|whsec_|npm_|hf_|shpat_|AIza|sk-|SG\.|ya29\.`,
  IBAN_SIGN,
];

/** Finds secrets by their form. */
export class SecretFinder {
  /** Texts without any of this hold no secret: most of them, and it is cheap to find out. */
  private readonly suspicious: RegExp;
  private readonly forms: readonly SecretForm[];
  /** The first rule that hid something in the last text. */
  rule: string | undefined;

  constructor(private readonly kinds: SecretKinds) {
    const { emails, cardNumbers } = kinds;
    // User info of a URL has the sign of an e-mail address.
    const signs = [
      ...SIGNS,
      emails ? '@|%40' : '://[^/]{0,320}@',
      ...(cardNumbers ? [CARD_SIGN] : []),
    ];
    this.suspicious = new RegExp(signs.join('|'));
    this.forms = [...FORMS, ...(cardNumbers ? [CARD] : []), ...(emails ? [EMAIL] : [])];
  }

  hide(text: string): string {
    this.rule = undefined;
    if (!this.suspicious.test(text)) return text;
    let shown = text;
    for (const { rule, sign, replace } of this.forms) {
      if (sign !== undefined && !shown.includes(sign)) continue;
      const replaced = replace(shown, this.kinds.replacement);
      if (replaced === shown) continue;
      this.rule ??= rule;
      shown = replaced;
    }
    return shown;
  }
}

const everything = new SecretFinder({ emails: true, cardNumbers: true, replacement: HIDDEN });

/** A text without its secrets, and the first rule that hid something. */
export function hideSecrets(text: string): { text: string; rule: string | undefined } {
  const shown = everything.hide(text);
  return { text: shown, rule: everything.rule };
}
