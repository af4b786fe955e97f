import type { TraceGone } from '../contract/index.js';
import type { PanelBackend } from '../panel-backend.js';
import type { DataRequest } from './data-request.js';

/** One kind of data, and how it is got. Undefined: it is not here. */
export interface Reading {
  /** Below `api/`; a segment with a colon is a parameter. */
  readonly path: string;
  read(backend: PanelBackend, request: DataRequest): unknown;
}

/** A question about one trace; what is no trace id is no trace either. */
function ofTrace(
  path: string,
  read: (backend: PanelBackend, id: string, request: DataRequest) => unknown,
): Reading {
  return {
    path: `traces/:traceId${path}`,
    read: (backend, request) => {
      const { traceId } = request;
      return traceId === '' ? undefined : read(backend, traceId, request);
    },
  };
}

/** All that is answered to GET, except for the stream. */
export const READINGS: readonly Reading[] = [
  { path: 'meta', read: (backend) => backend.meta() },
  { path: 'traces', read: (backend, { list }) => backend.traces(list) },
  { path: 'routes', read: (backend) => backend.routes() },
  ofTrace('', (backend, id) => backend.trace(id)),
  ofTrace('/spans/:spanId', (backend, id, { spanId }) => {
    return spanId === '' ? undefined : backend.span(id, spanId);
  }),
  ofTrace('/search', (backend, id, { text, below }) => backend.search(id, text, below)),
  ofTrace('/sql', (backend, id) => backend.traceSql(id)),
  ofTrace('/errors', (backend, id) => backend.traceErrors(id)),
  ofTrace('/logs', (backend, id) => backend.traceLogs(id)),
  ofTrace('/propagation', (backend, id) => backend.propagation(id)),
  ofTrace('/otlp', (backend, id) => backend.otlp(id)),
  { path: 'sql', read: (backend) => backend.statements() },
  {
    path: 'sql/:fingerprint',
    read: (backend, { fingerprint }) => backend.statement(fingerprint),
  },
  { path: 'errors', read: (backend) => backend.errors() },
  {
    path: 'errors/:fingerprint',
    read: (backend, { fingerprint }) => backend.error(fingerprint),
  },
  { path: 'export', read: (backend) => backend.exportStatus() },
];

/** Why something is not here, in the one form the browser knows. */
export function whyNot(backend: PanelBackend, request: DataRequest): TraceGone {
  const { traceId, bootId, spanId } = request;
  if (request.param('fingerprint') !== '') {
    return unknown('Nothing in memory has this fingerprint.');
  }
  if (traceId === '') return unknown('This is not the id of a trace.');
  const isKnownTrace = request.param('spanId') !== '' && backend.trace(traceId) !== undefined;
  return isKnownTrace
    ? unknown(`The span ${spanId} is not in this trace.`)
    : backend.gone(traceId, bootId);
}

function unknown(text: string): TraceGone {
  return { reason: 'unknown', text, links: [] };
}
