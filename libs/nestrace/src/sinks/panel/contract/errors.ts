import type { ShownException } from './span-detail.js';

/** The same error at the same place of the same route. */
export interface ErrorGroup {
  /** Hexadecimal hash of type, place and route. */
  readonly fingerprint: string;
  readonly type: string;
  readonly message: string;
  /** `orders.service.ts:41 OrdersService.place`: the topmost frame of the application. */
  readonly place: string;
  readonly route: string;
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly firstMs: number;
  readonly lastMs: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly httpStatus?: number;
  /** `answered`: a filter turned it into a response below 500. */
  readonly handling: 'handled' | 'answered' | 'unhandled';
}

/** `GET api/errors`: the last seen first. */
export interface ErrorList {
  readonly groups: readonly ErrorGroup[];
}

/** `GET api/errors/:fingerprint`. */
export interface ErrorDetail {
  readonly group: ErrorGroup;
  readonly exception: ShownException;
  /** From the root to where it was thrown. */
  readonly path: readonly { readonly spanId: string; readonly name: string }[];
  readonly logs: readonly LogLine[];
  readonly request?: string;
  readonly samples: readonly { readonly traceId: string; readonly startMs: number }[];
}

/** `GET api/traces/:id/errors`. */
export interface TraceErrors {
  readonly errors: readonly {
    readonly row: number;
    readonly spanId: string;
    readonly spanName: string;
    readonly exception: ShownException;
    readonly handling: ErrorGroup['handling'];
    readonly fingerprint: string;
    readonly path: readonly { readonly spanId: string; readonly name: string }[];
  }[];
}

/** An event of a span that is not an exception, or a line of the log. */
export interface LogLine {
  readonly row: number;
  readonly spanId: string;
  readonly spanName: string;
  /** Microseconds since the start of the trace. */
  readonly at: number;
  readonly level: string;
  readonly message: string;
  readonly attributes: readonly { readonly key: string; readonly value: string }[];
}

/** `GET api/traces/:id/logs`. */
export interface TraceLogs {
  readonly lines: readonly LogLine[];
}
