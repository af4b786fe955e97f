import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { PartialSuccessError } from '../export.error.js';
import type { SpanFormat } from '../transport.exporter.js';

type Transformer = typeof import('@opentelemetry/otlp-transformer');
/** The JSON serialiser has the same type. */
type TraceSerializer = Transformer['ProtobufTraceSerializer'];

/**
 * OTLP, in either of its encodings.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/
 */
export class OtlpFormat implements SpanFormat {
  constructor(private readonly serializer: TraceSerializer) {}

  encode(spans: ReadableSpan[]): Uint8Array {
    const bytes = this.serializer.serializeRequest(spans);
    if (bytes === undefined) throw new Error('the spans could not be serialised');
    return bytes;
  }

  /** An answer that cannot be read changes nothing: the spans were taken. */
  partialSuccess(answer: Uint8Array): PartialSuccessError | undefined {
    if (answer.length === 0) return undefined;
    try {
      const { partialSuccess } = this.serializer.deserializeResponse(answer);
      const rejected = Number(partialSuccess?.rejectedSpans);
      if (!(rejected > 0)) return undefined;
      return new PartialSuccessError(rejected, partialSuccess?.errorMessage ?? '');
    } catch {
      return undefined;
    }
  }
}
