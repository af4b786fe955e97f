/** Why an export failed, in a form that can be looked up for a hint. */
export class ExportError extends Error {
  constructor(
    message: string,
    readonly facts: {
      /** System error (`ECONNREFUSED`), TLS error or our own (`ETIMEDOUT`, `ECLOSED`). */
      readonly code?: string | undefined;
      readonly httpStatus?: number | undefined;
      /** https://grpc.io/docs/guides/status-codes/ */
      readonly grpcStatus?: number | undefined;
    } = {},
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

/** The backend took the request and refused some of its spans. */
export class PartialSuccessError extends Error {
  constructor(
    readonly rejectedSpans: number,
    message: string,
  ) {
    super(message === '' ? `the backend rejected ${rejectedSpans} spans` : message);
    this.name = 'PartialSuccessError';
  }
}
