import type { Attributes, SpanContext, SpanKind, SpanStatusCode } from '@opentelemetry/api';

/** What all spans of one instrumentation scope of one process have in common. */
export interface SpanSource {
  readonly service: string;
  readonly resource: Attributes;
  readonly scope: { readonly name: string; readonly version?: string };
  /** They have come in from another process, or from a file. */
  readonly isReceived: boolean;
}

export interface StoredEvent {
  readonly name: string;
  /** Milliseconds since 1970, with fractions. */
  readonly timeMs: number;
  readonly attributes: Attributes;
}

export interface StoredLink {
  readonly context: Pick<SpanContext, 'traceId' | 'spanId'>;
  readonly attributes: Attributes;
}

/** A header that was sent along with a call. */
export type Header = readonly [name: string, value: string];

/** What a request said about the trace it belongs to. */
export interface IncomingHeaders {
  /** As they came, redacted; only those that carry a trace context, of whatever format. */
  readonly headers: readonly Header[];
}

/**
 * A span as it is kept: secrets are taken out, values are cut to their bounds, and nothing leads
 * back to the application. While the span is open it is a snapshot.
 */
export interface StoredSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** The parent is in another process. */
  readonly hasRemoteParent: boolean;
  readonly name: string;
  readonly kind: SpanKind;
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number;
  /** Of an open span, until the snapshot was taken. */
  readonly durationMs: number;
  readonly isOpen: boolean;
  readonly statusCode: SpanStatusCode;
  readonly statusMessage: string | undefined;
  readonly attributes: Attributes;
  readonly events: readonly StoredEvent[];
  readonly links: readonly StoredLink[];
  readonly source: SpanSource;
  /** The sampler said yes: it goes to the exporters. */
  readonly isSampled: boolean;
  readonly dropped: {
    readonly attributes: number;
    readonly events: number;
    readonly links: number;
  };
  /** Rules that have hidden values, by key of the attribute. */
  readonly redacted: Readonly<Record<string, string>> | undefined;
  /** Of a local root that came in over HTTP. */
  readonly incoming: IncomingHeaders | undefined;
  /** What was sent along with a call. */
  readonly injected: readonly Header[] | undefined;
}

/** All that is known of one trace. Made anew when it has changed; never changed itself. */
export interface StoredTrace {
  readonly traceId: string;
  /** Number of its last change; grows over all traces. */
  readonly seq: number;
  /** In the order they were first seen. */
  readonly spans: readonly StoredSpan[];
  readonly openSpans: number;
  /** Spans there was no room for. */
  readonly omittedSpans: number;
  /** When it was first seen, milliseconds since 1970. */
  readonly firstSeenMs: number;
}
