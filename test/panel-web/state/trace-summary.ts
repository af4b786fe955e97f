import type { TraceSummary } from '../../../libs/nestrace/src/sinks/panel/contract/index.js';

/** A trace of the list of which a test cares about a few things only. */
export function traceSummary(fields: Partial<TraceSummary> = {}): TraceSummary {
  return {
    id: 'a',
    seq: 1,
    name: 'GET /orders',
    entry: 'http',
    status: 'unset',
    startMs: 1000,
    durationMs: 20,
    inFlight: false,
    spans: 3,
    openSpans: 0,
    queries: 0,
    slowQueries: 0,
    nPlusOne: 0,
    fanOut: 0,
    errors: 0,
    services: ['orders'],
    ...fields,
  };
}
