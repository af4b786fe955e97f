import { Ending } from '../../../libs/nestrace/src/core/ending.js';
import { CircuitBreaker } from '../../../libs/nestrace/src/pipeline/exporters/circuit-breaker.js';
import type { RetryTerms } from '../../../libs/nestrace/src/pipeline/exporters/retrying.transport.js';
import { resolve } from './options.js';

/** What exporters go by when nothing is configured, and nobody listens. */
export function retryTerms(change: Partial<RetryTerms> = {}): RetryTerms {
  return {
    retry: resolve().delivery.retry,
    breaker: CircuitBreaker.none(),
    ending: new Ending(),
    onAttemptFailed: () => {},
    ...change,
  };
}
