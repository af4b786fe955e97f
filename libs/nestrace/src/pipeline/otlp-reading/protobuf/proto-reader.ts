import { FIXED32, FIXED64, LENGTH_DELIMITED, VARINT } from '../../exporters/otlp/protobuf/wire.js';
import { boundedText } from '../bounded-text.js';
import { MalformedMessage } from '../reading.js';
import { exactNumber } from '../read-value.js';

/** Groups are older than OTLP: its messages have none, but a reader has to get past them. */
const GROUP_START = 3;
const GROUP_END = 4;
const MAX_GROUP_DEPTH = 16;

/** Of 7 bits each: as many as 64 bits take. */
const MAX_VARINT_BYTES = 10;

/** Fewer than 32 bits. */
const SMALL_VARINT_BYTES = 4;

/** A character takes no more bytes of UTF-8 than this; pairs take four for two of them. */
const BYTES_PER_CHARACTER = 3;

/**
 * Reads the fields of one message in the wire format of protobuf. Every length is held against what
 * is there; nothing is copied but texts, and of them only so much as is wanted.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ProtoReader {
  /** Number and kind of the field that comes, as one. */
  tag = 0;
  private readonly start: number;

  constructor(
    private readonly bytes: Buffer,
    private position = 0,
    private readonly end = bytes.length,
  ) {
    this.start = position;
  }

  /** Goes to the next field. Its value has to be read, or skipped, before the one after it. */
  next(): boolean {
    if (this.position >= this.end) return false;
    this.tag = this.uint32();
    if (this.tag >>> 3 === 0) throw new MalformedMessage('a field has the number 0');
    return true;
  }

  /** Back to the first field. */
  rewind(): void {
    this.position = this.start;
  }

  skip(): void {
    this.skipValue(this.tag, 0);
  }

  /** The lower 32 bits of a number. */
  uint32(): number {
    let value = 0;
    for (let index = 0; index < MAX_VARINT_BYTES; index++) {
      const byte = this.byte();
      if (index < 5) value |= (byte & 0x7f) << (index * 7);
      if (byte < 0x80) return value >>> 0;
    }
    throw tooLong();
  }

  int64(): number | string {
    let low = 0;
    // Most numbers are small, and big ones several times as slow to put together.
    for (let index = 0; index < SMALL_VARINT_BYTES; index++) {
      const byte = this.byte();
      low |= (byte & 0x7f) << (index * 7);
      if (byte < 0x80) return low;
    }
    let value = BigInt(low);
    for (let index = SMALL_VARINT_BYTES; index < MAX_VARINT_BYTES; index++) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << BigInt(index * 7);
      if (byte < 0x80) return exactNumber(BigInt.asIntN(64, value));
    }
    throw tooLong();
  }

  fixed32(): number {
    return this.bytes.readUInt32LE(this.advance(4));
  }

  fixed64(): bigint {
    return this.bytes.readBigUInt64LE(this.advance(8));
  }

  double(): number {
    return this.bytes.readDoubleLE(this.advance(8));
  }

  /** The first characters of a text; what is no UTF-8 becomes U+FFFD. */
  text(maxLength: number): string {
    const length = this.length();
    const from = this.advance(length);
    const wanted = Math.min(length, maxLength * BYTES_PER_CHARACTER);
    return boundedText(this.bytes.toString('utf8', from, from + wanted), maxLength);
  }

  /** Bytes in base64, up to so many characters. */
  base64(maxLength: number): string {
    const length = this.length();
    const from = this.advance(length);
    const wanted = Math.min(length, Math.floor(maxLength / 4) * 3);
    return this.bytes.toString('base64', from, from + wanted);
  }

  /** Bytes in hexadecimal; of another size than expected they are no id. */
  id(size: number): string {
    const length = this.length();
    const from = this.advance(length);
    if (length === 0) return '';
    return length === size ? this.bytes.toString('hex', from, from + length) : 'not an id';
  }

  message(): ProtoReader {
    const length = this.length();
    const from = this.advance(length);
    return new ProtoReader(this.bytes, from, from + length);
  }

  private skipValue(tag: number, depth: number): void {
    switch (tag & 7) {
      case VARINT:
        this.uint32();
        break;
      case FIXED64:
        this.advance(8);
        break;
      case LENGTH_DELIMITED:
        this.advance(this.length());
        break;
      case FIXED32:
        this.advance(4);
        break;
      case GROUP_START:
        this.skipGroup(tag >>> 3, depth + 1);
        break;
      default:
        throw new MalformedMessage('a field is of a kind that does not exist');
    }
  }

  private skipGroup(field: number, depth: number): void {
    if (depth > MAX_GROUP_DEPTH) throw new MalformedMessage('groups are nested too deep');
    for (;;) {
      const tag = this.uint32();
      if ((tag & 7) !== GROUP_END) this.skipValue(tag, depth);
      else if (tag >>> 3 === field) return;
      else throw new MalformedMessage('a group ends that has not begun');
    }
  }

  /** May be far more than 32 bits can say, and must not seem less. */
  private length(): number {
    let value = 0;
    for (let index = 0; index < MAX_VARINT_BYTES; index++) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** (index * 7);
      if (byte < 0x80) return value;
    }
    throw tooLong();
  }

  private byte(): number {
    return this.bytes[this.advance(1)] as number;
  }

  /** Where something of this length begins. */
  private advance(length: number): number {
    const from = this.position;
    if (length > this.end - from) {
      throw new MalformedMessage(`it ends within a field, at byte ${this.end}`);
    }
    this.position = from + length;
    return from;
  }
}

function tooLong(): MalformedMessage {
  return new MalformedMessage('a number takes more than 10 bytes');
}
