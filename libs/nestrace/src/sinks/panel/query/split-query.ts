import type { QueryProblem } from '../contract/index.js';
import type { Operator, Term } from './term.js';

const OPERATORS: readonly Operator[] = ['!=', '>=', '<=', '=', '>', '<'];
const KEY = /[\w.+@/$-]/;
const SPACE = /\s/;

/** Splits a query into its conditions; they stand side by side, in quotes where they have spaces. */
export function splitQuery(text: string): readonly Term[] | QueryProblem {
  const terms: Term[] = [];
  let index = 0;
  while (index < text.length) {
    if (SPACE.test(text[index] as string)) {
      index++;
      continue;
    }
    const term = readTerm(text, index);
    if ('message' in term) return term;
    terms.push(term);
    index = term.to;
  }
  return terms;
}

function readTerm(text: string, from: number): Term | QueryProblem {
  const isNegated = text[from] === '-' && !isEndOfWord(text, from + 1);
  const start = isNegated ? from + 1 : from;
  const keyed = readKey(text, start);
  const operator = keyed && readOperator(text, keyed.to);
  if (keyed === undefined || operator === undefined) {
    const value = readValue(text, start);
    if ('message' in value) return value;
    return { isNegated, key: undefined, operator: ':', value: value.text, from, to: value.to };
  }
  const value = readValue(text, operator.to);
  if ('message' in value) return value;
  if (value.to === operator.to) {
    return { message: `${keyed.text} needs a value`, from, to: value.to };
  }
  return {
    isNegated,
    key: keyed.text,
    operator: operator.operator,
    value: value.text,
    from,
    to: value.to,
  };
}

interface Piece {
  readonly text: string;
  readonly to: number;
}

/** Up to the operator; `attr."any key"` for keys with signs in them. */
function readKey(text: string, start: number): Piece | undefined {
  let to = start;
  while (to < text.length && KEY.test(text[to] as string)) to++;
  if (text[to] === '"' && text[to - 1] === '.') {
    const quoted = readQuoted(text, to);
    return quoted && { text: text.slice(start, to) + quoted.text, to: quoted.to };
  }
  return to === start ? undefined : { text: text.slice(start, to), to };
}

/** `:`, a comparison, or both of them: `status:>=500`. */
function readOperator(text: string, at: number): { operator: Operator; to: number } | undefined {
  const hasColon = text[at] === ':';
  const start = hasColon ? at + 1 : at;
  const operator = OPERATORS.find((candidate) => text.startsWith(candidate, start));
  if (operator !== undefined) return { operator, to: start + operator.length };
  return hasColon ? { operator: ':', to: start } : undefined;
}

function readValue(text: string, start: number): Piece | QueryProblem {
  if (text[start] === '"') {
    const quoted = readQuoted(text, start);
    return quoted ?? { message: 'the quote is not closed', from: start, to: text.length };
  }
  let to = start;
  while (!isEndOfWord(text, to)) to++;
  return { text: text.slice(start, to), to };
}

/** In quotes a backslash takes the sign behind it as it is. */
function readQuoted(text: string, start: number): Piece | undefined {
  let value = '';
  for (let index = start + 1; index < text.length; index++) {
    const char = text[index] as string;
    if (char === '"') return { text: value, to: index + 1 };
    if (char === '\\' && index + 1 < text.length) value += text[++index] as string;
    else value += char;
  }
  return undefined;
}

function isEndOfWord(text: string, index: number): boolean {
  return index >= text.length || SPACE.test(text[index] as string);
}
