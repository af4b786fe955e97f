/** How a database writes its SQL, as far as it matters for telling literals from names. */
export interface Dialect {
  /** `"text"` is a string, not a name. */
  readonly doubleQuotedStrings: boolean;
  /** A backslash escapes in every string, not only in `E'…'`. */
  readonly backslashEscapes: boolean;
  /** `#` begins a comment, and `--` only does with white space after it. */
  readonly hashComments: boolean;
  /** A comment can hold further comments. */
  readonly nestedComments: boolean;
  /** `[name]` is a name; elsewhere brackets belong to arrays. */
  readonly bracketedNames: boolean;
  /** `q'[text]'` is a string. */
  readonly alternativeQuotes: boolean;
}

export const STANDARD: Dialect = {
  doubleQuotedStrings: false,
  backslashEscapes: false,
  hashComments: false,
  nestedComments: false,
  bracketedNames: false,
  alternativeQuotes: false,
};

export const POSTGRESQL: Dialect = { ...STANDARD, nestedComments: true };

export const MYSQL: Dialect = {
  ...STANDARD,
  doubleQuotedStrings: true,
  backslashEscapes: true,
  hashComments: true,
};

export const SQLITE: Dialect = { ...STANDARD, bracketedNames: true };

export const SQL_SERVER: Dialect = { ...STANDARD, nestedComments: true, bracketedNames: true };

export const ORACLE: Dialect = { ...STANDARD, alternativeQuotes: true };
