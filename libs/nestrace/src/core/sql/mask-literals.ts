import type { Token } from './tokenize.js';

/**
 * Replaces every literal of a statement by `?` and takes out its comments, which may carry values
 * too. Names, placeholders and everything else keep their place.
 */
export function maskLiterals(sql: string, tokens: readonly Token[]): string {
  let result = '';
  let end = 0;
  for (const token of tokens) {
    // Between tokens are only white space and comments.
    const gap = sql.slice(end, token.start);
    result += gap === '' || /^\s*$/.test(gap) ? gap : ' ';
    result += isLiteral(token) ? '?' : sql.slice(token.start, token.end);
    ({ end } = token);
  }
  return result.trim();
}

function isLiteral({ type, text }: Token): boolean {
  return type === 'string' || type === 'number' || (type === 'word' && BOOLEAN.test(text));
}

const BOOLEAN = /^(?:true|false)$/i;
