import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';

const SUPPRESSED = suppressTracing(ROOT_CONTEXT);

/** What an exporter does must leave no trace, or every export would cause another one. */
export function suppressed<T>(run: () => T): T {
  return context.with(SUPPRESSED, run);
}
