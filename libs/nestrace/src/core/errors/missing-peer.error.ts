import { OtelError } from './otel.error.js';

/**
 * Thrown at bootstrap when an option needs a package that is not installed.
 *
 * @publicApi
 */
export class MissingPeerError extends OtelError {
  private constructor(
    message: string,
    readonly packageName: string,
    cause: unknown,
  ) {
    super('missing_peer', message, { cause });
  }

  static neededFor(option: string, packageName: string, cause: unknown): MissingPeerError {
    return new MissingPeerError(
      `${option} needs the package "${packageName}", which could not be loaded. ` +
        `Install it with: npm install ${packageName}`,
      packageName,
      cause,
    );
  }
}
