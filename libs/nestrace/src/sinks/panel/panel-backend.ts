import type {
  ErrorDetail,
  ErrorList,
  ExportStatus,
  ImportResult,
  PanelMeta,
  RouteList,
  SpanDetail,
  StatementDetail,
  StatementList,
  StreamTick,
  TestExportResult,
  TraceDetail,
  TraceErrors,
  TraceGone,
  TraceList,
  TraceLogs,
  TracePropagation,
  TraceSearch,
  TraceSql,
} from './contract/index.js';

/** Which traces a list is about. */
export interface ListQuery {
  /** In the language of the search field. */
  readonly text: string;
  /** Also what is hidden by default. */
  readonly noise: boolean;
  /** Only what has changed after this number. */
  readonly since?: number | undefined;
  readonly limit?: number | undefined;
}

/**
 * What the panel knows and does, behind its URLs: no request and no response in sight. What is not
 * there is `undefined`.
 */
export interface PanelBackend {
  meta(): PanelMeta;
  traces(query: ListQuery): TraceList;
  tick(query: ListQuery & { readonly since: number }): StreamTick | 'resync';
  routes(): RouteList;
  trace(traceId: string): TraceDetail | undefined;
  /** Why a trace is not here. `bootId` is what the browser knew. */
  gone(traceId: string, bootId: string | undefined): TraceGone;
  span(traceId: string, spanId: string): SpanDetail | undefined;
  search(traceId: string, text: string, below: string | undefined): TraceSearch | undefined;
  traceSql(traceId: string): TraceSql | undefined;
  traceErrors(traceId: string): TraceErrors | undefined;
  traceLogs(traceId: string): TraceLogs | undefined;
  propagation(traceId: string): TracePropagation | undefined;
  /** An `ExportTraceServiceRequest` in OTLP/JSON. */
  otlp(traceId: string): unknown;
  statements(): StatementList;
  statement(fingerprint: string): StatementDetail | undefined;
  errors(): ErrorList;
  error(fingerprint: string): ErrorDetail | undefined;
  exportStatus(): ExportStatus;
  clear(): void;
  pause(paused: boolean): void;
  testExport(index: number): Promise<TestExportResult | undefined>;
  /** Takes OTLP/JSON, one request or several in an array. Never throws. */
  import(document: string): ImportResult;
}
