/** A value as it is shown. */
export interface ShownAttribute {
  readonly key: string;
  readonly value: string;
  readonly type: 'string' | 'number' | 'boolean' | 'array';
  /** The rule that hides it; `value` is empty then. */
  readonly redacted?: string;
  /** Characters that were cut off. */
  readonly cut?: number;
}

export type AttributeGroup =
  'HTTP' | 'Nest' | 'Database' | 'RPC' | 'Messaging' | 'Code' | 'User' | 'Other';

export interface ShownEvent {
  readonly name: string;
  /** Microseconds since the start of the span. */
  readonly at: number;
  readonly attributes: readonly ShownAttribute[];
  readonly exception?: ShownException;
}

export interface ShownException {
  readonly type: string;
  readonly message: string;
  readonly frames: readonly StackFrame[];
}

export interface StackFrame {
  /** The line as V8 wrote it. */
  readonly text: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  /** Of the application itself, not of a package or of Node. */
  readonly inApp: boolean;
  /** Lines around it, where the file could be read; the line itself is in the middle. */
  readonly source?: readonly { readonly line: number; readonly text: string }[];
}

export interface ShownLink {
  readonly traceId: string;
  readonly spanId: string;
  /** Its name, where the panel knows it. */
  readonly name?: string;
  readonly here: boolean;
  readonly attributes: readonly ShownAttribute[];
}

/** `GET api/traces/:id/spans/:spanId`. */
export interface SpanDetail {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client' | 'producer' | 'consumer';
  readonly status: 'unset' | 'ok' | 'error';
  readonly statusMessage?: string;
  /** Microseconds since the start of the trace. */
  readonly start: number;
  readonly duration: number;
  readonly self: number;
  readonly open: boolean;
  readonly service: string;
  readonly attributes: readonly {
    readonly group: AttributeGroup;
    readonly items: readonly ShownAttribute[];
  }[];
  readonly events: readonly ShownEvent[];
  readonly links: readonly ShownLink[];
  /** Spans elsewhere that link to this one. */
  readonly backLinks: readonly ShownLink[];
  readonly resource: readonly ShownAttribute[];
  readonly scope: { readonly name: string; readonly version?: string };
  readonly dropped: {
    readonly attributes: number;
    readonly events: number;
    readonly links: number;
  };
  /** Where the code is, for the link to the editor. */
  readonly code?: { readonly path: string; readonly line?: number };
  /** What was sent along with it. */
  readonly injected: readonly { readonly name: string; readonly value: string }[];
  /** The span as OTLP/JSON, redacted. */
  readonly raw: unknown;
}
