import { FIXED32, FIXED64, LENGTH_DELIMITED, VARINT } from './wire.js';

/** One field of a message. */
export interface ProtoField {
  readonly tag: number;
  /** The field as it stands there, tag and length included. */
  readonly whole: Uint8Array;
  /** What it holds, where that has a length. */
  readonly bytes: Uint8Array;
  /** What it holds, where that is a number of variable length; 0 elsewhere. */
  readonly number: number;
}

const NOTHING = new Uint8Array();

/**
 * The fields of a message in the wire format of protobuf, in their order. Groups, which OTLP does
 * not have, are not understood.
 *
 * @throws RangeError when the message ends within a field
 */
export function* protoFields(message: Uint8Array): Generator<ProtoField> {
  let position = 0;
  const varint = (): number => {
    let value = 0;
    for (let index = 0; index < 10; index++) {
      const byte = message[position++];
      if (byte === undefined) throw new RangeError('The message ends within a number.');
      value += (byte & 0x7f) * 2 ** (index * 7);
      if (byte < 0x80) return value;
    }
    throw new RangeError('The message has a number of more than 64 bits.');
  };
  while (position < message.length) {
    const start = position;
    const tag = varint();
    let number = 0;
    let length = 0;
    switch (tag & 7) {
      case VARINT:
        number = varint();
        break;
      case FIXED64:
        length = 8;
        break;
      case LENGTH_DELIMITED:
        length = varint();
        break;
      case FIXED32:
        length = 4;
        break;
      default:
        throw new RangeError('The message has a field of a kind that does not exist.');
    }
    const from = position;
    position += length;
    if (position > message.length) throw new RangeError('The message ends within a field.');
    yield {
      tag,
      whole: message.subarray(start, position),
      bytes: length === 0 ? NOTHING : message.subarray(from, position),
      number,
    };
  }
}
