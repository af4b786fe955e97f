import { randomBytes } from 'node:crypto';
import { createContextKey, trace, TraceFlags, type Context } from '@opentelemetry/api';

const UNTRACED = createContextKey('nestrace.untraced');

/**
 * A context in which nothing is recorded, neither here nor in the services called from it. It keeps
 * the trace and parent ids it finds, so that a service that records regardless still finds its
 * place; without any it makes up a trace.
 */
export function untracedContext(parent: Context): Context {
  const current = trace.getSpanContext(parent);
  return trace.setSpanContext(parent.setValue(UNTRACED, true), {
    traceId: current?.traceId ?? randomBytes(16).toString('hex'),
    spanId: current?.spanId ?? randomBytes(8).toString('hex'),
    traceFlags: TraceFlags.NONE,
    ...(current?.traceState !== undefined && { traceState: current.traceState }),
  });
}

/** Whether a context was made by the function above: somebody wants no trace, not only no sample. */
export function isUntraced(context: Context): boolean {
  return context.getValue(UNTRACED) === true;
}
