/** Stable code of an {@link OtelError}, safe to branch on. */
export type OtelErrorCode = 'config' | 'missing_peer' | 'decorator_usage';

/**
 * Base of every error nestrace throws. It is thrown while the application starts, never while a
 * request is served.
 *
 * @publicApi
 */
export class OtelError extends Error {
  constructor(
    readonly code: OtelErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}
