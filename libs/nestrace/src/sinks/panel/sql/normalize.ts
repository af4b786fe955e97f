import type { Token } from '../../../core/sql/tokenize.js';

/** A statement in pieces, each with what stands between it and the one before: nothing or a space. */
interface Piece {
  readonly text: string;
  readonly gap: '' | ' ';
}

const ELIDED: Piece = { text: '…', gap: '' };

/**
 * A statement without its values: literals and placeholders become `?`, lists of values `(…)`,
 * however long they are, and of many rows of VALUES the first stands for all. Two runs of the same
 * code give the same text.
 */
export function normalize(sql: string, tokens: readonly Token[]): string {
  const pieces: Piece[] = [];
  let index = 0;
  while (index < tokens.length) {
    const token = tokens[index] as Token;
    if (token.text === ';' && index === tokens.length - 1) break;
    pieces.push(pieceOf(sql, tokens, index));
    index++;
    if (token.type !== 'word') {
      if (token.text === '[') index = skipArray(tokens, index, pieces);
      continue;
    }
    const word = token.text.toUpperCase();
    if (word === 'IN') index = skipList(sql, tokens, index, pieces);
    else if (word === 'VALUES') index = skipRows(sql, tokens, index, pieces);
  }
  return pieces.reduce((text, piece) => text + piece.gap + piece.text, '').trim();
}

function pieceOf(sql: string, tokens: readonly Token[], index: number): Piece {
  const token = tokens[index] as Token;
  const gap = token.start > (tokens[index - 1]?.end ?? 0) ? ' ' : '';
  return { text: isValue(token) ? '?' : sql.slice(token.start, token.end), gap };
}

function isValue({ type, text }: Token): boolean {
  return (
    type === 'string' ||
    type === 'number' ||
    type === 'placeholder' ||
    (type === 'word' && /^(?:true|false)$/i.test(text))
  );
}

/** `IN (…)`, unless there is a query in the parentheses. */
function skipList(sql: string, tokens: readonly Token[], open: number, pieces: Piece[]): number {
  if (tokens[open]?.text !== '(') return open;
  const close = closeOf(tokens, open);
  for (let index = open + 1; index < close; index++) {
    if (!isPartOfList(tokens, index)) return open;
  }
  pieces.push(pieceOf(sql, tokens, open), ELIDED, { text: ')', gap: '' });
  return close + 1;
}

/** `ARRAY[…]`; other brackets hold a position. */
function skipArray(tokens: readonly Token[], first: number, pieces: Piece[]): number {
  let index = first;
  let commas = 0;
  for (; index < tokens.length && tokens[index]?.text !== ']'; index++) {
    if (!isPartOfList(tokens, index)) return first;
    if (tokens[index]?.text === ',') commas++;
  }
  if (commas === 0) return first;
  pieces.push(ELIDED);
  return index;
}

/** What may stand beside values in a list: signs, casts (`?::uuid`), rows of values, NULL. */
function isPartOfList(tokens: readonly Token[], index: number): boolean {
  const token = tokens[index] as Token;
  if (isValue(token) || LIST_SYMBOLS.has(token.text)) return true;
  return token.type === 'word' && (tokens[index - 1]?.text === ':' || /^null$/i.test(token.text));
}

const LIST_SYMBOLS: ReadonlySet<string> = new Set([',', '(', ')', '-', '+', ':']);

/** `VALUES (?, ?)` is the same statement as `VALUES (?, ?), (?, ?)`. */
function skipRows(sql: string, tokens: readonly Token[], open: number, pieces: Piece[]): number {
  if (tokens[open]?.text !== '(') return open;
  let close = closeOf(tokens, open);
  for (let index = open; index <= close && index < tokens.length; index++) {
    pieces.push(pieceOf(sql, tokens, index));
  }
  while (tokens[close + 1]?.text === ',' && tokens[close + 2]?.text === '(') {
    close = closeOf(tokens, close + 2);
  }
  return close + 1;
}

/** The parenthesis that closes the one at `open`; of one that is never closed, the end. */
function closeOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    const text = tokens[index]?.type === 'symbol' ? tokens[index]?.text : '';
    if (text === '(') depth++;
    else if (text === ')' && --depth === 0) return index;
  }
  return tokens.length;
}
