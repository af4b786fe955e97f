import { isSecretKey } from './redact-query.js';

/**
 * Names of secrets in running text. What stands alone only (`pin`, `otp`) must not be the end of
 * another word.
 */
const PASSWORD = 'passw(?:or)?d|passphrase|pwd';
const STRONG = `${PASSWORD}|secret|credentials?|(?:api|access|private|account|secret)[ _-]?key`;
const WEAK = String.raw`token|authorization|cookie|signature|sess(?:ion)?[ _-]?id|jwt|(?<![a-zA-Z\d])(?:otp|pin|cvv|cvc|pass)`;
const ENDING = String.raw`(?:[_-]?(?:confirm(?:ation)?|again|hash|value|old|new|id|\d))?(?:\[\d*\]|\]|%5D)*`;

/** JSON within JSON has more signs in front of each quote, the deeper the more. */
const ESCAPES = String.raw`\\{0,7}`;
const QUOTE = ESCAPES + String.raw`["'` + '`]';
const BETWEEN = String.raw`\s{0,3}(?:=>|:=|[:=])\s{0,3}|\s{1,3}(?:is|was)(?:\s{0,3}:)?\s{1,3}|\s{1,3}(?=["'])`;
/** Up to where a statement, a list or a sentence goes on; a semicolon may be a part of it. */
const BARE =
  String.raw`[^\s;&"'<>#` +
  '`' +
  String.raw`]{1,2048}(?:;(?![\w.~%+[\] -]{1,64}=)[^\s;&"'<>#]{1,2048})*`;

const NAMED = new RegExp(
  `(?<name>${STRONG}|${WEAK})(?<ending>${ENDING})(?<closing>${QUOTE})?(?<between>${BETWEEN})` +
    String.raw`(?:(?<quote>${ESCAPES}["'` +
    '`' +
    String.raw`])(?<quoted>(?:(?!\k<quote>)[^\n]){1,2048})|(?<bare>${BARE}))`,
  'gi',
);

/** Of a URL, a connection string, or what is a query as a whole; placeholders of SQL are none. */
const PARAMETER =
  /(^(?=\S*$)|[?&;])([\w.~%+[\]-]{1,64})=([^&;\s#]+(?:;(?![\w.~%+[\]-]{1,64}=)[^&;\s#]*)*)/g;

const PLACEHOLDER =
  /^["']?(?:[?\\]?|\$\d+|%[sdijo]|\*+|x{3,}|•.*|\[?(?:redacted|filtered|hidden)\]?(?::redacted)?|null|undefined|true|false|none|nil|default|<[^>]*>|\$?\{[^}]*\}|\[[a-z ]*\]|[{[(]*)[,.)\]}]*$/i;

/** What follows such a name in messages that tell nothing: "password: required". */
const WORDS = new Set(
  (
    'a an and any are as at be been boolean but by can cannot changed confirmed correct could created default did does ' +
    'empty error expected expired failed field for found from generated given had has have if in incorrect invalid is it ' +
    'length less long longer malformed match matches maximum may minimum mismatch missing more must need needed needs ' +
    'never no none nor not null number object of ok on only optional or password passwords provided refused rejected ' +
    'rejects required requires reset revoked same secret set short shorter should still string strong that the this to ' +
    'token too type undefined unexpected unexpired unknown unsupported unset updated used valid value was weak were ' +
    'when which will with without wrong yes your'
  ).split(' '),
);

/** A text without any of these names none, and is cheap to tell. */
const NAME = new RegExp(
  'passw|passphrase|pwd|secret|credential|token|(?:api|access|private|account)[ _-]?key|signature|jwt|sess(?:ion)?[ _-]?id|' +
    `(?:otp|pin|cvv|cvc|pass)(?:${QUOTE})? ?[=:]`,
  'i',
);
const IS_PASSWORD = new RegExp(`^(?:${PASSWORD})`, 'i');
const STATEMENT = /\b(?:select\s|insert\s+into|update\s+\S{1,200}\s+set\s|delete\s+from|where\s)/i;
const WHOLE_LINE = /^(?:authorization|cookie)$/i;
const SYMBOL = /\d|[a-z][A-Z]|[^A-Za-z.,:;!?'")\]}-]/;

/** Replaces what a text calls a password, a token or another secret. */
export function replaceNamedValues(text: string, replacement: string): string {
  if (!NAME.test(text)) return text;
  let isStatement: boolean | undefined;
  return text.replace(NAMED, (...found) => {
    const all = found[0];
    const groups = found.at(-1) as Record<string, string | undefined>;
    const { name = '', ending = '', closing = '', between = '', quote = '', quoted, bare } = groups;
    const value = quoted ?? bare ?? '';
    if (!isSecretValue(name, between, value, quoted !== undefined)) return all;
    isStatement ??= STATEMENT.test(text);
    if (isStatement && !isLiteral(closing, between, quote)) return all;
    const head = `${name}${ending}${closing}${between}${quote}`;
    if (quoted !== undefined) return `${head}${replacement}`;
    const tail = /[,.)\]}]*$/.exec(value)?.[0] ?? '';
    return `${head}${replacement}${tail}`;
  });
}

/** Headers in messages go on to the end of the line: several words, several cookies. */
const HEADER = new RegExp(
  String.raw`\b((?:proxy-)?authorization|(?:set-)?cookie)` +
    String.raw`(["']?\s{0,3}[:=]\s{0,3}(?:(?:bearer|basic)\s{1,3})?)` +
    String.raw`(?:((?:\\?["'])(?:(?:bearer|basic)\s{1,3})?)([^\n"'\\]{1,2048})|([^\n]{1,2048}))`,
  'gi',
);
/** Of what is said about a header: its value has other signs in it. */
const SENTENCE = /^[A-Za-z ,.!]+$/;

export function replaceHeaders(text: string, replacement: string): string {
  return text.replace(
    HEADER,
    (all, name: string, sign: string, quote = '', quoted?: string, bare = '') => {
      const value = quoted ?? bare;
      const isHarmless = PLACEHOLDER.test(value) || SENTENCE.test(value);
      return isHarmless ? all : `${name}${sign}${quote}${replacement}`;
    },
  );
}

export function replaceParameters(text: string, replacement: string): string {
  return text.replace(PARAMETER, (all, sign: string, key: string, value: string) =>
    isSecretKey(key) && !PLACEHOLDER.test(value) ? `${sign}${key}=${replacement}` : all,
  );
}

function isSecretValue(name: string, between: string, value: string, isQuoted: boolean): boolean {
  if (WHOLE_LINE.test(name) || PLACEHOLDER.test(value)) return false;
  if (between.includes('=')) return true;
  if (WORDS.has(firstWord(value))) return false;
  const isPassword = IS_PASSWORD.test(name);
  if (between.includes(':')) {
    return isPassword || isQuoted ? value.length > 1 : SYMBOL.test(value) || value.length > 19;
  }
  // In a sentence, "password is weak" is the rule.
  return between.trim() === '' ? isPassword : SYMBOL.test(value) && value.length > 3;
}

/** In a statement names are columns, and a secret is a literal. */
function isLiteral(closing: string, between: string, quote: string): boolean {
  return quote === "'" || (closing === '"' && between.includes(':') && quote === '"');
}

function firstWord(value: string): string {
  return (/^[a-z]+(?![a-z\d])/i.exec(value)?.[0] ?? '').toLowerCase();
}
