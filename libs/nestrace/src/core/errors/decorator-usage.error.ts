import { OtelError } from './otel.error.js';

/**
 * Thrown while classes are defined when a nestrace decorator stands where it cannot work.
 *
 * @publicApi
 */
export class DecoratorUsageError extends OtelError {
  private constructor(message: string) {
    super('decorator_usage', message);
  }

  static notAMethod(decorator: string, place: string): DecoratorUsageError {
    return new DecoratorUsageError(
      `@${decorator}() was put on ${place}, which is not a method. ` +
        `Put it on a method or on a class; an arrow-function property has to become a method first.`,
    );
  }
}
