import type { SqlToken } from './tokenize-sql.js';

const CLAUSES = new Set(
  'SELECT FROM WHERE GROUP HAVING ORDER LIMIT OFFSET FETCH UNION EXCEPT INTERSECT VALUES SET RETURNING WINDOW FOR'.split(
    ' ',
  ),
);
const JOIN_SIDES = new Set(['LEFT', 'RIGHT', 'INNER', 'FULL', 'CROSS', 'NATURAL', 'OUTER']);

/** What may stand before a word that begins a clause elsewhere, and takes it for itself. */
const TAKEN_BY: Readonly<Record<string, readonly string[]>> = {
  FROM: ['DELETE', 'DISTINCT'],
  SELECT: ['EXPLAIN'],
  SET: ['CHARACTER'],
  VALUES: ['='],
  GROUP: ['WITHIN'],
};

/** Whether a clause begins with this word, and so a line. */
export function clauseAt(words: readonly SqlToken[], index: number): boolean {
  const word = wordAt(words, index);
  const previous = wordAt(words, index - 1);
  if (word === 'JOIN') return !JOIN_SIDES.has(previous);
  if (JOIN_SIDES.has(word)) return !JOIN_SIDES.has(previous) && leadsToJoin(words, index);
  if (word === 'ON') return ['CONFLICT', 'DUPLICATE'].includes(wordAt(words, index + 1));
  return CLAUSES.has(word) && !(TAKEN_BY[word] ?? []).includes(previous);
}

export function isConjunction(word: string): boolean {
  return word === 'AND' || word === 'OR';
}

/** `LEFT` is a function, too. */
function leadsToJoin(words: readonly SqlToken[], index: number): boolean {
  let at = index;
  while (JOIN_SIDES.has(wordAt(words, at))) at += 1;
  return wordAt(words, at) === 'JOIN';
}

function wordAt(words: readonly SqlToken[], index: number): string {
  return words[index]?.text.toUpperCase() ?? '';
}
