/** Room there is beyond what was asked for: what has a fixed size is written without asking. */
const SLACK = 256;

/** Up to here a loop over the characters beats a call into Node. */
const SHORT = 32;

/**
 * Writes the wire format of protobuf into one buffer that grows. What may be of any length reserves
 * room for itself; between two reservations there must be less than 256 bytes of other fields.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ProtoWriter {
  /** Bytes written so far. */
  length = 0;
  private buffer: Buffer;

  constructor(capacity: number) {
    this.buffer = Buffer.alloc(capacity + SLACK);
  }

  get capacity(): number {
    return this.buffer.length;
  }

  /** A view, only good until something else is written. */
  slice(start: number, end: number): Uint8Array {
    return this.buffer.subarray(start, end);
  }

  /** Makes room for so many bytes, and for some fields of a fixed size. */
  reserve(bytes = 0): void {
    const needed = this.length + bytes + SLACK;
    if (needed <= this.buffer.length) return;
    const larger = Buffer.alloc(Math.max(needed, this.buffer.length * 2));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }

  /** What stands before a field: its number and its kind. */
  tag(tag: number): void {
    if (tag > 0x7f) this.varint(tag);
    else this.buffer[this.length++] = tag;
  }

  /** A whole number; of a negative one all 64 bits are written. What is not a number is 0. */
  varint(value: number): void {
    if (!(value >= 0 && value <= 0xffffffff)) {
      this.longVarint(value);
      return;
    }
    const { buffer } = this;
    let rest = value >>> 0;
    let at = this.length;
    while (rest > 0x7f) {
      buffer[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[at++] = rest;
    this.length = at;
  }

  fixed32(value: number): void {
    const { buffer, length: at } = this;
    buffer[at] = value;
    buffer[at + 1] = value >>> 8;
    buffer[at + 2] = value >>> 16;
    buffer[at + 3] = value >>> 24;
    this.length = at + 4;
  }

  fixed64(low: number, high: number): void {
    this.fixed32(low);
    this.fixed32(high);
  }

  double(value: number): void {
    this.length = this.buffer.writeDoubleLE(value, this.length);
  }

  /** Bytes with their length. */
  bytes(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.varint(bytes.length);
    this.append(bytes);
  }

  /** Bytes that are written already. */
  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** UTF-8 with its length; half a surrogate pair becomes U+FFFD. Anything but text is empty. */
  string(text: string): void {
    if (typeof text !== 'string') {
      this.varint(0);
      return;
    }
    this.reserve(text.length * 3);
    if (text.length > SHORT || !this.shortAscii(text)) this.utf8(text);
  }

  /** An id given in hexadecimal, as bytes with their length. */
  id(hex: string): void {
    const size = hex.length >> 1;
    this.reserve(size);
    this.varint(size);
    const { buffer } = this;
    let at = this.length;
    for (let index = 0; index < size; index++) {
      const high = digit(hex.charCodeAt(index * 2));
      const low = digit(hex.charCodeAt(index * 2 + 1));
      buffer[at++] = (high << 4) | low;
    }
    this.length = at;
  }

  /**
   * Begins something whose length comes first but is known last. The closer the expectation, the
   * more seldom the bytes have to be moved when the length turns out to take more or less room.
   */
  begin(expectedLength: number): number {
    const start = this.length;
    const reserved = varintSize(expectedLength);
    // Nothing but `end` reads it, so that it can keep in mind how much was reserved.
    this.buffer[start] = reserved;
    this.length = start + reserved;
    return start;
  }

  end(start: number): void {
    const reserved = this.buffer[start] as number;
    const contentLength = this.length - start - reserved;
    if (reserved === 1 && contentLength < 0x80) this.buffer[start] = contentLength;
    else this.writeLength(start, reserved, contentLength);
  }

  private writeLength(start: number, reserved: number, contentLength: number): void {
    const size = varintSize(contentLength);
    if (size !== reserved) {
      this.reserve(size);
      this.buffer.copyWithin(start + size, start + reserved, this.length);
    }
    this.length = start;
    this.varint(contentLength);
    this.length += contentLength;
  }

  private shortAscii(text: string): boolean {
    const { buffer } = this;
    let at = this.length;
    buffer[at++] = text.length;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) return false;
      buffer[at++] = code;
    }
    this.length = at;
    return true;
  }

  private utf8(text: string): void {
    const start = this.begin(text.length);
    this.length += this.buffer.write(text, this.length);
    this.end(start);
  }

  private longVarint(value: number): void {
    const size = Math.abs(value);
    let low = size >>> 0;
    let high = (size / 0x1_0000_0000) >>> 0;
    if (!(value >= 0)) {
      low = -low >>> 0;
      high = (low === 0 ? -high : ~high) >>> 0;
    }
    const { buffer } = this;
    let at = this.length;
    while (high > 0 || low > 0x7f) {
      buffer[at++] = (low & 0x7f) | 0x80;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    buffer[at++] = low;
    this.length = at;
  }
}

function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** What is no digit gives the nonsense the stock serialiser makes of it. */
function hexadecimalValue(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 102 ? code - 87 : code - 55;
}

const DIGITS = Int8Array.from({ length: 128 }, (_, code) => hexadecimalValue(code));

function digit(code: number): number {
  return DIGITS[code] ?? hexadecimalValue(code);
}
