import type { Context } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/sdk-trace';
import { incomingHeadersOf } from '../propagation/recording.propagator.js';
import type { IncomingHeaders } from './stored-span.js';

const INCOMING = Symbol('nestrace.incoming');

interface Marked {
  [INCOMING]?: IncomingHeaders;
}

/** Keeps what a request said with the span it becomes. */
export function noteIncoming(span: Span, parentContext: Context): void {
  const incoming = incomingHeadersOf(parentContext);
  if (incoming !== undefined) (span as Marked)[INCOMING] = incoming;
}

export function incomingOf(span: Span): IncomingHeaders | undefined {
  return (span as Marked)[INCOMING];
}
