import { describe, expect, it } from 'vitest';
import { ProtoWriter } from '../../../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/proto-writer.js';

function written(write: (writer: ProtoWriter) => void, capacity = 0): Buffer {
  const writer = new ProtoWriter(capacity);
  write(writer);
  return Buffer.from(writer.slice(0, writer.length));
}

const hex = (write: (writer: ProtoWriter) => void): string => written(write).toString('hex');

describe('a varint', () => {
  it.each([
    [0, '00'],
    [-0, '00'],
    [1, '01'],
    [127, '7f'],
    [128, '8001'],
    [150, '9601'],
    [2 ** 31, '8080808008'],
    [2 ** 32 - 1, 'ffffffff0f'],
    [2 ** 32, '8080808010'],
    [2 ** 53 - 1, 'ffffffffffffff0f'],
    [2 ** 63, '80808080808080808001'],
    [-1, 'ffffffffffffffffff01'],
    [-(2 ** 32), '80808080f0ffffffff01'],
    [-(2 ** 63), '80808080808080808001'],
    [Number.NaN, '00'],
  ])('of %d is %s', (value, bytes) => {
    expect(
      hex((writer) => {
        writer.varint(value);
      }),
    ).toBe(bytes);
  });
});

describe('a field of fixed size', () => {
  it('has the lowest byte first', () => {
    expect(
      hex((writer) => {
        writer.tag((1 << 3) | 5);
        writer.fixed32(0x0102_0304);
        writer.tag((16 << 3) | 1);
        writer.fixed64(0x0102_0304, 0x8506_0708);
        writer.double(-2);
      }),
    ).toBe('0d040302018101040302010807068500000000000000c0');
  });
});

describe('a string', () => {
  it.each([
    ['', '00'],
    ['testing', '0774657374696e67'],
    ['é', '02c3a9'],
    ['€', '03e282ac'],
    ['\u{1f600}', '04f09f9880'],
    ['a\ud83d', '0461efbfbd'],
    ['\ude00a', '04efbfbd61'],
  ])('%j is UTF-8 with its length in front', (text, bytes) => {
    expect(
      hex((writer) => {
        writer.string(text);
      }),
    ).toBe(bytes);
  });

  it('is the same whatever its length and its characters', () => {
    for (let length = 0; length < 300; length++) {
      for (const character of ['a', 'é', '€', '\u{1f600}', '\ud83d']) {
        const text = 'a'.repeat(length >> 1) + character.repeat(length - (length >> 1));
        const utf8 = Buffer.from(text);
        const bytes = written((writer) => {
          writer.string(text);
          writer.varint(0);
        });
        const prefix = utf8.length < 128 ? 1 : 2;
        expect(bytes.subarray(prefix, -1).equals(utf8), `${length} of ${character}`).toBe(true);
        expect(bytes.subarray(0, prefix)).toEqual(
          written((writer) => {
            writer.varint(utf8.length);
          }),
        );
      }
    }
  });

  it('is empty when it is no text', () => {
    for (const value of [undefined, null, 42, {}, ['a']]) {
      expect(
        hex((writer) => {
          writer.string(value as string);
        }),
      ).toBe('00');
    }
  });
});

describe('an id', () => {
  it('becomes bytes, in capitals too', () => {
    expect(
      hex((writer) => {
        writer.id('00f067aa0ba902b7');
        writer.id('ABCDEF');
        writer.id('');
      }),
    ).toBe('0800f067aa0ba902b703abcdef00');
  });
});

describe('what has its length in front', () => {
  const LENGTHS = [0, 1, 127, 128, 129, 16_383, 16_384, 2_097_151, 2_097_152];

  it.each(LENGTHS)('stays whole with a length of %d, whatever was expected', (length) => {
    const content = Buffer.alloc(length, 'content');
    for (const expected of LENGTHS) {
      const bytes = written((writer) => {
        writer.varint(7);
        const start = writer.begin(expected);
        writer.append(content);
        writer.end(start);
        writer.varint(9);
      });
      const prefix = written((writer) => {
        writer.varint(7);
        writer.varint(length);
      });
      expect(bytes.equals(Buffer.concat([prefix, content, Buffer.of(9)]))).toBe(true);
    }
  });

  it('may lie in another one', () => {
    expect(
      hex((writer) => {
        const outer = writer.begin(0);
        const inner = writer.begin(1000);
        writer.string('a');
        writer.end(inner);
        writer.end(outer);
      }),
    ).toBe('03020161');
  });
});

describe('the buffer', () => {
  it('grows with what is written, and keeps it', () => {
    const chunks = Array.from({ length: 200 }, (_, index) => Buffer.alloc(index, `${index}`));
    const whole = Buffer.concat(chunks);
    for (const capacity of [0, 1, 100, 19_000]) {
      const bytes = written((writer) => {
        for (const chunk of chunks) writer.append(chunk);
      }, capacity);
      expect(bytes.equals(whole)).toBe(true);
    }
  });
});
