/** Where something stands in the configuration file. */
export interface FilePlace {
  /** The file as it was named. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The keys that lead there: `tracing.sampling.ratio`. */
  readonly path: string;
}

/** A value of the configuration file, its variables filled in. */
export interface FileValue {
  readonly value: unknown;
  readonly place: FilePlace;
  /** The values of a mapping. */
  readonly entries?: ReadonlyMap<string, FileValue>;
  /** The values of a list. */
  readonly items?: readonly FileValue[];
  /** The text as it stands in the file, where variables were filled in. */
  readonly written?: string;
  /** The same with the variables filled in, before anybody asks whether it is a number. */
  readonly text?: string;
  /** An endpoint that is complete, whatever its path. */
  readonly complete?: true;
}

/** With texts where variables were filled in: the commit `1234567` is a name, and no number. */
export function withTexts(file: FileValue): unknown {
  if (file.items !== undefined) return file.items.map(withTexts);
  if (file.entries === undefined) return file.value === null ? null : (file.text ?? file.value);
  return Object.fromEntries([...file.entries].map(([name, inner]) => [name, withTexts(inner)]));
}

/** `otel.yaml:12:5` */
export function shownPlace({ file, line, column }: Omit<FilePlace, 'path'>): string {
  return `${file}:${line}:${column}`;
}

/** How an option is called in a file: `minDurationMs` is `min_duration_ms`. */
export function inSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/**
 * What an option takes for a value of a file. In a list, the parts of a rule have names as options
 * have, and `{ regex, flags }` is an expression. A mapping outside of a list holds names of the
 * user: headers, attributes.
 *
 * @throws SyntaxError where an expression is none
 */
export function optionValueOf(value: unknown): unknown {
  return Array.isArray(value) ? value.map(listedValueOf) : value;
}

function listedValueOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(listedValueOf);
  if (typeof value !== 'object' || value === null) return value;
  const { regex, flags, ...others } = value as Record<string, unknown>;
  const isExpression = typeof regex === 'string' && Object.keys(others).length === 0;
  if (isExpression && (flags === undefined || typeof flags === 'string')) {
    return new RegExp(regex, flags);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [inCamelCase(key), listedValueOf(inner)]),
  );
}

function inCamelCase(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
