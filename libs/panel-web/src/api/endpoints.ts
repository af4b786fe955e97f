import type {
  CaptureState,
  ErrorDetail,
  ErrorList,
  ExportStatus,
  ImportResult,
  PanelMeta,
  RouteList,
  SpanDetail,
  StatementDetail,
  StatementList,
  TestExportResult,
  TraceDetail,
  TraceErrors,
  TraceList,
  TraceLogs,
  TracePropagation,
  TraceSearch,
  TraceSql,
} from '../../../nestrace/src/sinks/panel/contract/index.js';
import type { Result } from './failure.js';
import { getJson, postJson } from './request.js';

/** What of the list is asked for. */
export interface ListFilter {
  readonly query: string;
  readonly noise: boolean;
}

type Answer<T> = Promise<Result<T>>;

/** As many as the store keeps. */
const LIST_LIMIT = 500;

const at = (...parts: string[]) => parts.map(encodeURIComponent).join('/');

/** All the panel can be asked. */
export const api = {
  meta: (): Answer<PanelMeta> => getJson('meta'),

  traces: (filter: ListFilter, since?: number, signal?: AbortSignal): Answer<TraceList> =>
    getJson('traces', { q: filter.query, noise: filter.noise, since, limit: LIST_LIMIT }, signal),
  routes: (signal?: AbortSignal): Answer<RouteList> => getJson('routes', {}, signal),

  /** With the process that was known, the answer can tell a restart from a trace that had to go. */
  trace: (id: string, signal?: AbortSignal, boot?: string): Answer<TraceDetail> =>
    getJson(at('traces', id), { boot }, signal),
  span: (id: string, spanId: string, signal?: AbortSignal): Answer<SpanDetail> =>
    getJson(at('traces', id, 'spans', spanId), {}, signal),
  /** With `below`, only what is below that span. */
  search: (id: string, text: string, signal?: AbortSignal, below?: string): Answer<TraceSearch> =>
    getJson(at('traces', id, 'search'), { q: text, below }, signal),
  traceSql: (id: string, signal?: AbortSignal): Answer<TraceSql> =>
    getJson(at('traces', id, 'sql'), {}, signal),
  traceErrors: (id: string, signal?: AbortSignal): Answer<TraceErrors> =>
    getJson(at('traces', id, 'errors'), {}, signal),
  traceLogs: (id: string, signal?: AbortSignal): Answer<TraceLogs> =>
    getJson(at('traces', id, 'logs'), {}, signal),
  propagation: (id: string, signal?: AbortSignal): Answer<TracePropagation> =>
    getJson(at('traces', id, 'propagation'), {}, signal),
  /** The whole trace as OTLP/JSON. */
  otlp: (id: string, signal?: AbortSignal): Answer<unknown> =>
    getJson(at('traces', id, 'otlp'), {}, signal),

  statements: (signal?: AbortSignal): Answer<StatementList> => getJson('sql', {}, signal),
  statement: (fingerprint: string, signal?: AbortSignal): Answer<StatementDetail> =>
    getJson(at('sql', fingerprint), {}, signal),
  errors: (signal?: AbortSignal): Answer<ErrorList> => getJson('errors', {}, signal),
  error: (fingerprint: string, signal?: AbortSignal): Answer<ErrorDetail> =>
    getJson(at('errors', fingerprint), {}, signal),
  exportStatus: (signal?: AbortSignal): Answer<ExportStatus> => getJson('export', {}, signal),

  clear: (): Answer<unknown> => postJson('clear'),
  pause: (paused: boolean): Answer<CaptureState> => postJson('pause', { paused }),
  /** Sends one span through the exporter with this place in the list. */
  testExport: (index: number): Answer<TestExportResult> => postJson('test-export', { index }),
  /** OTLP/JSON, as text. */
  importTraces: (otlp: string): Answer<ImportResult> => postJson('import', otlp),
};
