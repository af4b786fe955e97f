import { isPromise } from 'node:util/types';
import { noteFailure, type FailureSite } from '../../core/failures.js';

/**
 * What a callback of the user gave, unless it comes later: no span waits for it then. Callbacks are
 * meant to be synchronous, but an async one must not end the process when it fails. Only promises
 * of Node do that; another thenable, a query builder for example, would be started by looking.
 */
export function withoutPromise<T>(given: T, site: FailureSite): T | undefined {
  if (!isPromise(given)) return given;
  // The built-in one: of a subclass, `then` may do more than to wait.
  void Promise.prototype.then.call(given, undefined, (error: unknown) => {
    noteFailure(site, error);
  });
  return undefined;
}
