import { createContextKey, type Context, type SpanContext } from '@opentelemetry/api';
import { withValue } from './context-frame.js';

const REMOTE_PARENT = createContextKey('nestrace.remote-parent');

/** Keeps in mind which span of another service has called. */
export function withRemoteParent(context: Context, remote: SpanContext | undefined): Context {
  return remote === undefined ? context : withValue(context, REMOTE_PARENT, remote);
}

/** The span of another service that has called, recorded here or not. */
export function remoteParentOf(context: Context): SpanContext | undefined {
  return context.getValue(REMOTE_PARENT) as SpanContext | undefined;
}
