import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { expectedOtlpSpan } from '../receivers/expected-otlp-span.js';
import { carriedByOtlp } from './carried-by-otlp.js';
import type { StoredSpan } from './jaeger-query.js';

/**
 * What Jaeger has to give back of a span when it is asked in OTLP: everything that was sent. Its own
 * doing: events are sorted by their names.
 */
export function expectedJaegerSpan(span: ReadableSpan): StoredSpan {
  const sent = carriedByOtlp(expectedOtlpSpan(span));
  return {
    ...sent,
    warnings: [],
    events: sent.events.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)),
  };
}
