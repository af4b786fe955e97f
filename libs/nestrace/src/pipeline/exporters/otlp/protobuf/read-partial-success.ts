import { PartialSuccessError } from '../../export.error.js';
import { FIXED32, FIXED64, LENGTH_DELIMITED, tag, VARINT } from './wire.js';

const PARTIAL_SUCCESS = tag(1, LENGTH_DELIMITED);
const REJECTED_SPANS = tag(1, VARINT);
const ERROR_MESSAGE = tag(2, LENGTH_DELIMITED);

/**
 * What an `ExportTraceServiceResponse` says of spans that were refused. An answer that cannot be
 * read changes nothing: the spans were taken.
 *
 * @see https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/collector/trace/v1/trace_service.proto
 */
export function readPartialSuccess(answer: Uint8Array): PartialSuccessError | undefined {
  try {
    const part = readMessage(answer).bytes.get(PARTIAL_SUCCESS);
    if (part === undefined) return undefined;
    const { bytes, numbers } = readMessage(part);
    const rejected = Number(BigInt.asIntN(64, numbers.get(REJECTED_SPANS) ?? 0n));
    if (rejected <= 0) return undefined;
    return new PartialSuccessError(
      rejected,
      Buffer.from(bytes.get(ERROR_MESSAGE) ?? []).toString(),
    );
  } catch {
    return undefined;
  }
}

/** The fields of a message by their tags; of one that is repeated the last counts. */
interface Message {
  readonly numbers: ReadonlyMap<number, bigint>;
  readonly bytes: ReadonlyMap<number, Uint8Array>;
}

function readMessage(message: Uint8Array): Message {
  const numbers = new Map<number, bigint>();
  const bytes = new Map<number, Uint8Array>();
  let position = 0;

  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 64n; shift += 7n) {
      const byte = message[position++];
      if (byte === undefined) throw new RangeError('The answer ends within a number.');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('The answer has a number of more than 64 bits.');
  };
  const take = (length: number): Uint8Array => {
    if (position + length > message.length) throw new RangeError('The answer ends within a field.');
    position += length;
    return message.subarray(position - length, position);
  };

  while (position < message.length) {
    const field = Number(BigInt.asUintN(32, varint()));
    switch (field & 7) {
      case VARINT:
        numbers.set(field, varint());
        break;
      case LENGTH_DELIMITED:
        bytes.set(field, take(Number(varint())));
        break;
      case FIXED64:
        take(8);
        break;
      case FIXED32:
        take(4);
        break;
      default:
        throw new RangeError('The answer has a field of a kind that does not exist.');
    }
  }
  return { numbers, bytes };
}
