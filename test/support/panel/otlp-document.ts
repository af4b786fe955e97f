/** A span as a document of OTLP in JSON has it. */
export interface DocumentSpan {
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** Milliseconds since the start of the trace. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly traceState?: string;
  readonly statusMessage?: string;
  readonly events?: readonly DocumentEvent[];
  readonly kind?: number;
}

export interface DocumentEvent {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const MS = 1_000_000n;
const START = BigInt(Date.UTC(2026, 0, 1)) * MS;

/** What one would export from a panel, or a collector would write into a file. */
export function otlpDocument(
  traceId: string,
  service: string,
  spans: readonly DocumentSpan[],
): string {
  const resource = { attributes: keyValues({ 'service.name': service }) };
  const scope = { name: service };
  return JSON.stringify({
    resourceSpans: [
      { resource, scopeSpans: [{ scope, spans: spans.map((span) => toOtlp(traceId, span)) }] },
    ],
  });
}

function toOtlp(traceId: string, span: DocumentSpan): object {
  const { startMs, durationMs, attributes = {}, statusMessage, events = [], kind = 1 } = span;
  const start = START + BigInt(Math.round(startMs * 1e6));
  return {
    traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    traceState: span.traceState,
    name: span.name,
    kind,
    startTimeUnixNano: String(start),
    endTimeUnixNano: String(start + BigInt(Math.round(durationMs * 1e6))),
    attributes: keyValues(attributes),
    ...(statusMessage !== undefined && { status: { code: 2, message: statusMessage } }),
    ...(events.length > 0 && {
      events: events.map((event) => ({
        timeUnixNano: String(start),
        name: event.name,
        attributes: keyValues(event.attributes),
      })),
    }),
  };
}

function keyValues(attributes: Readonly<Record<string, string>>): object[] {
  return Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
}
