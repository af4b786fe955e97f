import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { RequestBody, SpanFormat } from '../../span-format.js';
import { isJsonAnswer } from '../json/is-json-answer.js';
import { protoFields } from './proto-fields.js';
import { ProtoWriter } from './proto-writer.js';
import { readPartialSuccess } from './read-partial-success.js';
import { splitProtobuf } from './split-request.js';
import { TraceRequest } from './trace-request.js';

/** Some dozens of spans; for more it grows. */
const INITIAL_CAPACITY = 16 * 1024;

/** A buffer that had to hold more is not kept for the next batch. */
const MAX_KEPT_CAPACITY = 1024 * 1024;

/**
 * OTLP in protobuf, written span by span. The stock serialiser makes the same bytes in several times
 * the time, and only of all spans at once; `node test/bench/encoder.mjs` tells how much that is.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#binary-protobuf-encoding
 */
export class ProtobufFormat implements SpanFormat {
  /** Growing a new buffer for each batch would cost as much as writing the spans. */
  private spare: ProtoWriter | undefined;

  encode(spans: ReadableSpan[]): Uint8Array {
    const body = this.startBody();
    for (const span of spans) body.add(span);
    return body.finish();
  }

  startBody(): RequestBody {
    const writer = this.spare ?? new ProtoWriter(INITIAL_CAPACITY);
    this.spare = undefined;
    const request = new TraceRequest(writer);
    return {
      add: (span) => {
        request.add(span);
      },
      finish: () => {
        const bytes = request.finish();
        this.keep(writer);
        return bytes;
      },
    };
  }

  readonly partialSuccess = readPartialSuccess;
  readonly split = splitProtobuf;

  isAnswer(answer: Uint8Array): boolean {
    try {
      // Fields of later versions are none of our business, as long as they can be told apart.
      return [...protoFields(answer)].every(({ tag }) => tag >>> 3 > 0);
    } catch {
      // Some backends answer in JSON whatever they were sent.
      return isJsonAnswer(answer);
    }
  }

  private keep(writer: ProtoWriter): void {
    if (writer.capacity > MAX_KEPT_CAPACITY) return;
    writer.length = 0;
    this.spare = writer;
  }
}
