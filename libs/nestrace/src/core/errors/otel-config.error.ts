import { OtelError } from './otel.error.js';

/** One option that cannot be used. */
export interface ConfigProblem {
  /**
   * Where the option stands, for example `sampling.ratio` or `exporters[1].endpoint`; in a file the
   * keys that lead to it, nothing where the file as a whole cannot be read.
   */
  readonly path: string;
  /** The value as it may be shown; values of secret options are masked. */
  readonly shown: string;
  /** What would have been accepted. */
  readonly accepted: string;
  /** The configuration file, where it stands in one. */
  readonly file?: string | undefined;
  /** In the file, counted from 1. */
  readonly line?: number | undefined;
  /** In the line, counted from 1. */
  readonly column?: number | undefined;
}

/**
 * Thrown at bootstrap when options given in code, or in the configuration file, are not valid. It
 * lists all of them at once.
 *
 * @publicApi
 */
export class OtelConfigError extends OtelError {
  private constructor(
    message: string,
    readonly problems: readonly ConfigProblem[],
  ) {
    super('config', message);
    // The message has them all; as a property that is listed, Node would print them once more.
    Object.defineProperty(this, 'problems', { enumerable: false });
  }

  /** @param where the place of what does not stand in a file */
  static fromProblems(
    problems: readonly ConfigProblem[],
    where = 'OtelModule.forRoot()',
  ): OtelConfigError {
    const count = problems.length === 1 ? '1 option is' : `${problems.length} options are`;
    const places = [...new Set(problems.map(({ file }) => file ?? where))];
    const isUnreadable = problems.every(({ shown }) => shown === '');
    const head = isUnreadable
      ? `${places.join(' and ')} cannot be used`
      : `${count} not valid in ${places.join(' and ')}`;
    return new OtelConfigError(`${head}:\n${problems.map(lineOf).join('\n')}`, problems);
  }
}

/** What cannot be read at all has no value: it is said what is wrong instead. */
function lineOf({ path, shown, accepted, file, line, column }: ConfigProblem): string {
  const place = file === undefined ? '' : `${file}:${line}:${column} `;
  if (shown === '') return `  ${`${place}${path}`.trim()}\n    ${accepted}`;
  return `  ${place}${path} = ${shown}\n    accepted: ${accepted}`;
}
