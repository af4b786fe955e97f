import type { FailureReason } from './failure-counts.js';

/** What is known of a failed export. */
export interface ExportFacts {
  /**
   * System error (`ECONNREFUSED`), TLS error, or our own: `ETIMEDOUT`, `ECLOSED`, `ENOTOTLP` for an
   * answer that is not from a tracing backend, `ETOOLARGE` for a request that is too large.
   */
  readonly code?: string | undefined;
  readonly httpStatus?: number | undefined;
  /** https://grpc.io/docs/guides/status-codes/ */
  readonly grpcStatus?: number | undefined;
  /** What was sent, where a hint depends on it. */
  readonly speaks?: 'otlp-grpc' | 'otlp-http' | 'zipkin' | undefined;
  /** The port it was sent to. */
  readonly port?: string | undefined;
}

/** Why an export failed, in a form that can be looked up for a hint. */
export class ExportError extends Error {
  /** The same bytes may well be taken later; nobody has tried often or long enough. */
  mayPass = false;

  constructor(
    message: string,
    readonly facts: ExportFacts = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'ExportError';
  }
}

/** For exports that were cut off, and for those that come too late. */
export function closedError(): ExportError {
  return new ExportError('the application closed before there was an answer', { code: 'ECLOSED' });
}

/** The backend took the request and not all of its spans. */
export class PartialSuccessError extends Error {
  constructor(
    readonly rejectedSpans: number,
    message: string,
    /** Why the spans are lost, where it is not that the backend rejected them. */
    readonly reasons?: Partial<Record<FailureReason, number>>,
  ) {
    super(message === '' ? `the backend rejected ${rejectedSpans} spans` : message);
    this.name = 'PartialSuccessError';
  }
}
