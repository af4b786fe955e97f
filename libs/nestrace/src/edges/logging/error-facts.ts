import { errorType, messageOf, stackOf } from '../../pipeline/exceptions.js';

/** What is known about an error that somebody speaks of. */
export interface ErrorFacts {
  readonly type: string;
  readonly message: string;
  readonly stack: string | undefined;
}

/** Errors of an application may have getters, and those may throw. */
const UNREADABLE = '(cannot be read)';

export function factsOf(error: Error): ErrorFacts {
  try {
    return { type: errorType(error), message: messageOf(error), stack: stackOf(error) };
  } catch {
    return { type: 'Error', message: UNREADABLE, stack: undefined };
  }
}
