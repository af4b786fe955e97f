import { replaceCardNumbers } from './card-number.js';
import { replaceEmails } from './email-address.js';
import { replaceIbans } from './iban.js';
import { replaceHeaders, replaceNamedValues, replaceParameters } from './named-values.js';

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
const CREDENTIAL = /\b(bearer|basic)(\s{1,3}|%20|\+)([\w.~+/=-]{6,4096})/gi;
const MIXED = /\d|[a-z][A-Z]|[=~_]/;

const PREFIXED =
  /(?<![A-Za-z\d])(?:gh[pousr]_\w{16,}|github_pat_\w{16,}|glpat-[\w-]{16,}|xox[a-z]-[\w-]{10,}|(?:[sr]k_(?:live|test)|whsec|shpat)_\w{16,}|(?:npm|hf)_[A-Za-z\d]{16,}|AIza[\w-]{30,}|sk-[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{16,})/g;

const USER_INFO =
  /(\b[a-z][a-z\d+.-]{1,20}:\/\/)(?:[^\s/?#"'<>]{1,256}|[^\s:/?#@"'<>]{0,64}:(?!\d{1,5}[/?#])[^\s"'<>@]{1,256})@/gi;

/** Secrets that are known by their form alone. */
const TOKENS: readonly SecretForm[] = [
  form(
    'private key',
    /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,40}-----|$)/g,
    '-----BEGIN',
  ),
  form('jwt', /(?:(?<![\w-])|(?<=%[\dA-Fa-f]{2}))eyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*){0,3}/g, 'eyJ'),
  form('aws key', /(?<![A-Za-z\d])(?:AKIA|ASIA)[A-Z\d]{16}(?![A-Za-z\d])/g),
  form('access token', PREFIXED),
];

/** Secrets that are known by what is said about them. */
const NAMED: readonly SecretForm[] = [
  { rule: 'secret parameter', sign: '=', replace: replaceParameters },
  {
    rule: 'credentials',
    replace: (text, hidden) =>
      text.replace(CREDENTIAL, (all, scheme: string, space: string, value: string) =>
        MIXED.test(value) ? `${scheme}${space}${hidden}` : all,
      ),
  },
  { rule: 'credentials', replace: replaceHeaders },
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
];

const EMAIL: SecretForm = { rule: 'e-mail', replace: replaceEmails };
const CARD: SecretForm = { rule: 'card number', replace: replaceCardNumbers };
const IBAN: SecretForm = { rule: 'iban', replace: replaceIbans };

function form(rule: string, pattern: RegExp, sign?: string): SecretForm {
  const replace = (text: string, hidden: string): string => text.replace(pattern, () => hidden);
  return sign === undefined ? { rule, replace } : { rule, sign, replace };
}

/**
 * What every secret of a kind has in it, so that nearly all texts are done with after these. Three
 * letters of a word stand for it (`cre` for "secret" and "credential"): an expression of few short
 * alternatives is skipped through several characters at a time, one with the words is not.
 */
const SIGNS = {
  /** Of a key: a long run behind `_` or `-`, or the first letters of `eyJ`, `AKIA`, `AIza`, `SG.`. */
  tokens: /[_-][\w-]{8}|[eAyS][yKSIaG][JIz.2]/,
  /** Signs of URLs, addresses, assignments; `pwd`, `jwt`, `passw`; `cre`; `oke`, `oki`, `key`. */
  names: /[@=%]|[sSpPjJ][sSwW][wWdDtT]|[cC][rR][eE]|[oOkK][kKeE][eEiIyY]/,
  /** `rer` and `sic` of "bearer" and "basic"; `oriz`, `gnat`, `sess`, `ssio`, `sphr`; `otp`, `pin`, `cvv`, `pass`. */
  words:
    /[rRsS][eEiI][rRcC][\s+%]|[oOgGsS][rRnNsSpPeE][iIaAsShH][zZtToOrRiIsS]|[oOpPcC][tTiIvV][pPnNvVcC]["':= \\]|[sS][sS]["':\\]/,
  /** Four digits of a card, or the beginning of an IBAN, and more of it. */
  numbers: /[A-Z\d]{2}\d\d[ -]?[A-Z\d]{4}[ -]?[A-Z\d]{2}/,
};

/** Finds secrets by their form. */
export class SecretFinder {
  private readonly named: readonly SecretForm[];
  private readonly numbers: readonly SecretForm[];
  /** The first rule that hid something in the last text. */
  rule: string | undefined;

  constructor(private readonly kinds: SecretKinds) {
    this.named = kinds.emails ? [...NAMED, EMAIL] : NAMED;
    this.numbers = kinds.cardNumbers ? [CARD, IBAN] : [IBAN];
  }

  hide(text: string): string {
    this.rule = undefined;
    let shown = text;
    if (SIGNS.tokens.test(text)) shown = this.without(TOKENS, shown);
    if (SIGNS.names.test(text) || SIGNS.words.test(text)) shown = this.without(this.named, shown);
    if (SIGNS.numbers.test(text)) shown = this.without(this.numbers, shown);
    return shown;
  }

  private without(forms: readonly SecretForm[], text: string): string {
    let shown = text;
    for (const { rule, sign, replace } of forms) {
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
