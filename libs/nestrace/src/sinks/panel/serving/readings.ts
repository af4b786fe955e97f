import type { TraceGone } from '../contract/index.js';
import type { PanelBackend } from '../panel-backend.js';
import type { DataRequest } from './data-request.js';

/** One kind of data, and how it is got. Undefined: it is not here. */
export interface Reading {
  readonly name: string;
  /** Below `api/`. */
  readonly path: string;
  read(backend: PanelBackend, request: DataRequest): unknown;
}

/** A question about one trace; what is no trace id is no trace either. */
function ofTrace(
  name: string,
  path: string,
  read: (backend: PanelBackend, id: string, request: DataRequest) => unknown,
): Reading {
  return {
    name,
    path: `traces/:traceId${path}`,
    read: (backend, request) => {
      const { traceId } = request;
      return traceId === '' ? undefined : read(backend, traceId, request);
    },
  };
}

/** All that is answered to GET, except for the stream. */
export const READINGS: readonly Reading[] = [
  { name: 'meta', path: 'meta', read: (backend) => backend.meta() },
  { name: 'traces', path: 'traces', read: (backend, { list }) => backend.traces(list) },
  { name: 'routes', path: 'routes', read: (backend) => backend.routes() },
  ofTrace('trace', '', (backend, id) => backend.trace(id)),
  ofTrace('span', '/spans/:spanId', (backend, id, { spanId }) => {
    return spanId === '' ? undefined : backend.span(id, spanId);
  }),
  ofTrace('search', '/search', (backend, id, { text, below }) => backend.search(id, text, below)),
  ofTrace('traceSql', '/sql', (backend, id) => backend.traceSql(id)),
  ofTrace('traceErrors', '/errors', (backend, id) => backend.traceErrors(id)),
  ofTrace('traceLogs', '/logs', (backend, id) => backend.traceLogs(id)),
  ofTrace('propagation', '/propagation', (backend, id) => backend.propagation(id)),
  ofTrace('otlp', '/otlp', (backend, id) => backend.otlp(id)),
  { name: 'statements', path: 'sql', read: (backend) => backend.statements() },
  {
    name: 'statement',
    path: 'sql/:fingerprint',
    read: (backend, { fingerprint }) => backend.statement(fingerprint),
  },
  { name: 'errors', path: 'errors', read: (backend) => backend.errors() },
  {
    name: 'error',
    path: 'errors/:fingerprint',
    read: (backend, { fingerprint }) => backend.error(fingerprint),
  },
  { name: 'exportStatus', path: 'export', read: (backend) => backend.exportStatus() },
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
