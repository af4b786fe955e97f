/**
 * Why spans that were given to an exporter did not arrive.
 *
 * - `unreachable`: no connection: nobody listens, the name is not known, TLS failed.
 * - `timeout`: no answer in time.
 * - `unavailable`: the backend answered that it cannot, or not now (429, 5xx).
 * - `refused`: it does not want them as they come (401, 403, 404, 400 and the like), or it is no
 *   tracing backend.
 * - `too_large`: one span is more than it takes (413).
 * - `rejected`: it took the batch and left some spans out.
 * - `shutdown`: the application closed before there was an answer.
 * - `other`: what an exporter of yours says, or a span that could not be written.
 *
 * @publicApi
 */
export type FailureReason =
  | 'unreachable'
  | 'timeout'
  | 'unavailable'
  | 'refused'
  | 'too_large'
  | 'rejected'
  | 'shutdown'
  | 'other';

/** Spans by the reason for which they did not arrive. */
export type FailureCounts = Record<FailureReason, number>;

export function noFailures(): FailureCounts {
  return {
    unreachable: 0,
    timeout: 0,
    unavailable: 0,
    refused: 0,
    too_large: 0,
    rejected: 0,
    shutdown: 0,
    other: 0,
  };
}
