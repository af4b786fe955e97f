import type { Dialect } from './dialect.js';

export interface Token {
  readonly type: 'word' | 'name' | 'string' | 'number' | 'placeholder' | 'symbol';
  /** A word or name without its quotes, otherwise the text as it stands. */
  readonly text: string;
  /** Where it stands in the statement: from `start` up to, not including, `end`. */
  readonly start: number;
  readonly end: number;
}

const SPACE = /\s/;
const WORD_START = /[A-Za-z_\u0080-\uffff]/;
const WORD = /[A-Za-z0-9_$\u0080-\uffff]/;
const DIGIT = /[0-9]/;
const STRING_PREFIX = /[EeNnXxBb]/;
/** `$$` or `$tag$` where the expression is applied. */
const DOLLAR_QUOTE = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;

/**
 * Splits a statement into tokens; comments and white space are left out. It is no parser and never
 * fails: what it does not understand becomes a symbol. Whatever is not closed reaches to the end
 * and counts as a string, so that nothing of it is taken for harmless.
 */
export function tokenize(sql: string, dialect: Dialect): readonly Token[] {
  const tokens: Token[] = [];
  let index = 0;
  const push = (type: Token['type'], end: number, text = sql.slice(index, end)): void => {
    tokens.push({ type, text, start: index, end });
    index = end;
  };
  const pushString = (quoteAt: number, backslash: boolean): void => {
    push('string', closeOf("'", sql, quoteAt, backslash) ?? sql.length);
  };
  const pushName = (quote: string): void => {
    const end = closeOf(quote, sql, index, false);
    if (end === undefined) push('string', sql.length);
    else push('name', end, sql.slice(index + 1, end - 1));
  };
  while (index < sql.length) {
    const char = sql[index] as string;
    const next = sql[index + 1] ?? '';
    if (SPACE.test(char)) index++;
    else if (isLineComment(sql, index, dialect)) index = endOfLine(sql, index);
    else if (char === '/' && next === '*') index = endOfComment(sql, index, dialect);
    else if (char === "'") pushString(index, dialect.backslashEscapes);
    else if (char === '"' && dialect.doubleQuotedStrings) {
      push('string', closeOf('"', sql, index, dialect.backslashEscapes) ?? sql.length);
    } else if (char === '"' || char === '`') pushName(char);
    else if (char === '[' && dialect.bracketedNames) pushName(']');
    else if (char === '$') pushDollar(sql, index, push);
    else if (isPlaceholder(char, next, sql[index - 1])) {
      push('placeholder', endOfWord(sql, index + 1));
    } else if (next === "'" && dialect.alternativeQuotes && /[Qq]/.test(char)) {
      push('string', endOfAlternativeQuote(sql, index));
    } else if (next === "'" && STRING_PREFIX.test(char)) {
      pushString(index + 1, dialect.backslashEscapes || /[Ee]/.test(char));
    } else if (WORD_START.test(char)) push('word', endOfWord(sql, index));
    else if (DIGIT.test(char) || (char === '.' && DIGIT.test(next))) {
      push('number', endOfNumber(sql, index));
    } else push('symbol', index + 1);
  }
  return tokens;
}

/** `$1` is a placeholder, `$$text$$` and `$tag$text$tag$` are strings (PostgreSQL). */
function pushDollar(
  sql: string,
  index: number,
  push: (type: Token['type'], end: number) => void,
): void {
  DOLLAR_QUOTE.lastIndex = index;
  const tag = DOLLAR_QUOTE.exec(sql)?.[0];
  if (tag !== undefined) {
    const close = sql.indexOf(tag, index + tag.length);
    push('string', close === -1 ? sql.length : close + tag.length);
  } else if (DIGIT.test(sql[index + 1] ?? '')) {
    push('placeholder', endOfWord(sql, index + 1));
  } else {
    push('symbol', index + 1);
  }
}

/** `?`, `:name`, `@name`; but `::type` is a cast and `[1:2]` a part of an array. */
function isPlaceholder(char: string, next: string, previous = ' '): boolean {
  if (char === '?') return true;
  if (char === ':') return /[A-Za-z0-9_]/.test(next) && !/[\w:[\]]/.test(previous);
  return char === '@' && WORD_START.test(next);
}

function endOfWord(sql: string, start: number): number {
  let end = start;
  while (end < sql.length && WORD.test(sql[end] as string)) end++;
  return end;
}

/** Everything that hangs together with the first digit: `1.5e-3`, `0xFF`, `1_000`. */
function endOfNumber(sql: string, start: number): number {
  let end = start + 1;
  while (end < sql.length) {
    const char = sql[end] as string;
    const isExponentSign =
      /[+-]/.test(char) && /[Ee]/.test(sql[end - 1] ?? '') && DIGIT.test(sql[end + 1] ?? '');
    if (!WORD.test(char) && char !== '.' && !isExponentSign) break;
    end++;
  }
  return end;
}

/** The place behind the closing quote; a doubled one stands for itself. */
function closeOf(
  quote: string,
  sql: string,
  start: number,
  backslash: boolean,
): number | undefined {
  for (let index = start + 1; index < sql.length; index++) {
    if (backslash && sql[index] === '\\') index++;
    else if (sql[index] === quote) {
      if (sql[index + 1] !== quote) return index + 1;
      index++;
    }
  }
  return undefined;
}

const BRACKETS: Record<string, string> = { '[': ']', '{': '}', '(': ')', '<': '>' };

/** `q'[it's]'`, with any sign in the place of the brackets. */
function endOfAlternativeQuote(sql: string, start: number): number {
  const open = sql[start + 2] ?? '';
  const close = sql.indexOf(`${BRACKETS[open] ?? open}'`, start + 3);
  return close === -1 ? sql.length : close + 2;
}

function isLineComment(sql: string, index: number, { hashComments }: Dialect): boolean {
  if (sql[index] === '#') return hashComments;
  if (sql[index] !== '-' || sql[index + 1] !== '-') return false;
  return !hashComments || SPACE.test(sql[index + 2] ?? ' ');
}

function endOfLine(sql: string, start: number): number {
  const end = sql.indexOf('\n', start);
  return end === -1 ? sql.length : end;
}

function endOfComment(sql: string, start: number, { nestedComments }: Dialect): number {
  let depth = 1;
  for (let index = start + 2; index < sql.length; index++) {
    if (sql[index] === '*' && sql[index + 1] === '/') {
      if (--depth === 0) return index + 2;
      index++;
    } else if (nestedComments && sql[index] === '/' && sql[index + 1] === '*') {
      depth++;
      index++;
    }
  }
  return sql.length;
}
