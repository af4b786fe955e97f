import { protoFields, type ProtoField } from './protobuf/proto-fields.js';
import { LENGTH_DELIMITED, tag, VARINT } from './protobuf/wire.js';

/** Of `google.rpc.Status`. */
const DETAILS = tag(3, LENGTH_DELIMITED);

/** Of `google.protobuf.Any`. */
const TYPE_URL = tag(1, LENGTH_DELIMITED);
const VALUE = tag(2, LENGTH_DELIMITED);

/** Of `google.rpc.RetryInfo`, and of `google.protobuf.Duration` in it. */
const RETRY_DELAY = tag(1, LENGTH_DELIMITED);
const SECONDS = tag(1, VARINT);
const NANOS = tag(2, VARINT);

const RETRY_INFO = 'google.rpc.RetryInfo';

/**
 * Milliseconds after which a gRPC backend wants to be asked again, from what it sends in
 * `grpc-status-details-bin`; undefined where it does not say.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling
 */
export function retryDelay(statusDetails: Uint8Array): number | undefined {
  try {
    for (const { tag: field, bytes } of protoFields(statusDetails)) {
      if (field !== DETAILS) continue;
      const type = Buffer.from(fieldOf(bytes, TYPE_URL)?.bytes ?? []).toString();
      if (type.slice(type.lastIndexOf('/') + 1) !== RETRY_INFO) continue;
      return milliseconds(fieldOf(fieldOf(bytes, VALUE)?.bytes, RETRY_DELAY)?.bytes);
    }
  } catch {
    // Details nobody can read say nothing.
  }
  return undefined;
}

function fieldOf(message: Uint8Array | undefined, wanted: number): ProtoField | undefined {
  for (const field of protoFields(message ?? new Uint8Array())) {
    if (field.tag === wanted) return field;
  }
  return undefined;
}

function milliseconds(duration: Uint8Array | undefined): number {
  const seconds = positive(fieldOf(duration, SECONDS)?.number);
  const nanos = positive(fieldOf(duration, NANOS)?.number);
  return seconds * 1000 + Math.ceil(nanos / 1e6);
}

/** A negative number has all its 64 bits set, and is far more than anybody waits. */
function positive(number = 0): number {
  return number >= 2 ** 62 ? 0 : number;
}
