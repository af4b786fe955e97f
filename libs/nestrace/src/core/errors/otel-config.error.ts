import { OtelError } from './otel.error.js';

/** One option that cannot be used. */
export interface ConfigProblem {
  /** Where the option stands, for example `sampling.ratio` or `exporters[1].endpoint`. */
  readonly path: string;
  /** The value as it may be shown; values of secret options are masked. */
  readonly shown: string;
  /** What would have been accepted. */
  readonly accepted: string;
}

/**
 * Thrown at bootstrap when options given in code are not valid. It lists all of them at once.
 *
 * @publicApi
 */
export class OtelConfigError extends OtelError {
  private constructor(
    message: string,
    readonly problems: readonly ConfigProblem[],
  ) {
    super('config', message);
  }

  static fromProblems(problems: readonly ConfigProblem[]): OtelConfigError {
    const count = problems.length === 1 ? '1 option is' : `${problems.length} options are`;
    const lines = problems.map(
      ({ path, shown, accepted }) => `  ${path} = ${shown}\n    accepted: ${accepted}`,
    );
    return new OtelConfigError(
      `${count} not valid in OtelModule.forRoot():\n${lines.join('\n')}`,
      problems,
    );
  }
}
