/** A word of the query; quotes keep blanks together. */
export interface QueryTerm {
  readonly text: string;
  /** Positions count characters. */
  readonly from: number;
  readonly to: number;
}

export function termsOf(query: string): QueryTerm[] {
  return [...query.matchAll(/(?:"(?:\\.|[^"\\])*"?|[^\s"])+/g)].map((match) => ({
    text: match[0],
    from: match.index,
    to: match.index + match[0].length,
  }));
}

export function hasTerm(query: string, term: string): boolean {
  return termsOf(query).some(({ text }) => text === term);
}

/** Puts a term in at the end, or takes it out. */
export function toggleTerm(query: string, term: string): string {
  const terms = termsOf(query).map(({ text }) => text);
  const others = terms.filter((text) => text !== term);
  return (others.length < terms.length ? others : [...terms, term]).join(' ');
}

/** As the value of a key: in quotes where it has blanks, or begins like a comparison. */
export function quoted(value: string): string {
  const isPlain = /^[^\s"\\<>=!][^\s"\\]*$/.test(value);
  return isPlain ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
