import { ExportError } from './export.error.js';
import type { FailureReason } from './failure-counts.js';

/** Our own codes first; every other one is of a connection that did not come about. */
const BY_CODE: Readonly<Record<string, FailureReason>> = {
  ETIMEDOUT: 'timeout',
  ECLOSED: 'shutdown',
  ENOTOTLP: 'refused',
  ETOOLARGE: 'too_large',
};

/** https://grpc.io/docs/guides/status-codes/ */
const BY_GRPC_STATUS: Readonly<Record<number, FailureReason>> = {
  3: 'refused',
  4: 'timeout',
  5: 'refused',
  6: 'refused',
  7: 'refused',
  9: 'refused',
  11: 'refused',
  12: 'refused',
  16: 'refused',
};

export function failureReason(error: unknown): FailureReason {
  if (!(error instanceof ExportError)) return 'other';
  const { code, httpStatus, grpcStatus } = error.facts;
  if (httpStatus !== undefined) return byHttpStatus(httpStatus);
  if (code !== undefined) return BY_CODE[code] ?? 'unreachable';
  if (grpcStatus !== undefined) return BY_GRPC_STATUS[grpcStatus] ?? 'unavailable';
  return 'other';
}

function byHttpStatus(status: number): FailureReason {
  if (status === 413) return 'too_large';
  if (status === 408 || status === 504) return 'timeout';
  return status === 429 || status >= 500 ? 'unavailable' : 'refused';
}

/** INVALID_ARGUMENT, ALREADY_EXISTS, FAILED_PRECONDITION and OUT_OF_RANGE. */
const GRPC_OF_THE_BATCH: ReadonlySet<number> = new Set([3, 6, 9, 11]);

const HTTP_OF_THE_BATCH: ReadonlySet<number> = new Set([400, 413, 422]);

/**
 * Whether it is this batch the backend does not want, and not every batch: what it has read and
 * refused. A wrong key or path (401, 403, 404) is true for the next batch as well.
 */
export function isAboutBatch(error: unknown): boolean {
  if (!(error instanceof ExportError)) return false;
  const { code, httpStatus, grpcStatus } = error.facts;
  if (httpStatus !== undefined) return HTTP_OF_THE_BATCH.has(httpStatus);
  return code === 'ETOOLARGE' || (grpcStatus !== undefined && GRPC_OF_THE_BATCH.has(grpcStatus));
}
