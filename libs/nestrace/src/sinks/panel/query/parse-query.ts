import type { QueryProblem } from '../contract/index.js';
import { testOf } from './fields.js';
import { splitQuery } from './split-query.js';
import type { Test } from './subject.js';

const MAX_LENGTH = 500;

export type ParsedQuery =
  | { readonly matches: Test; readonly problem?: undefined }
  | { readonly matches?: undefined; readonly problem: QueryProblem };

/**
 * Reads what was typed into the search field: `status:>=500 service:orders -has:n+1 "some text"`.
 * All of it has to be true of a trace.
 */
export function parseQuery(text: string): ParsedQuery {
  if (text.length > MAX_LENGTH) {
    const message = `a query has up to ${MAX_LENGTH} characters`;
    return { problem: { message, from: MAX_LENGTH, to: text.length } };
  }
  const terms = splitQuery(text);
  if ('message' in terms) return { problem: terms };
  const tests: Test[] = [];
  for (const term of terms) {
    const test = testOf(term);
    if (typeof test === 'string') {
      return { problem: { message: test, from: term.from, to: term.to } };
    }
    tests.push(term.isNegated ? (subject) => !test(subject) : test);
  }
  return { matches: (subject) => tests.every((test) => test(subject)) };
}
