import { describe, expect, it } from 'vitest';
import { ProtoReader } from '../../../../../libs/nestrace/src/pipeline/otlp-reading/protobuf/proto-reader.js';

const reader = (...bytes: number[]): ProtoReader => new ProtoReader(Buffer.from(bytes));

describe('ProtoReader', () => {
  it('gets past fields it does not know, groups too', () => {
    const fields = [
      [0x08, 0xac, 0x02], // 1: varint
      [0x11, 1, 2, 3, 4, 5, 6, 7, 8], // 2: fixed64
      [0x1a, 2, 0xff, 0xff], // 3: two bytes
      [0x23, 0x08, 1, 0x2b, 0x2c, 0x24], // 4: a group, with a group in it
      [0x35, 1, 2, 3, 4], // 6: fixed32
    ];
    const message = reader(...fields.flat());
    const tags: number[] = [];
    while (message.next()) {
      tags.push(message.tag >>> 3);
      message.skip();
    }
    expect(tags).toEqual([1, 2, 3, 4, 6]);
  });

  it.each([
    ['a number without an end', [0x08, 0xff], /ends within a field/],
    ['a number of eleven bytes', [0x08, ...Array<number>(11).fill(0x80), 1], /more than 10 bytes/],
    ['a length beyond the end', [0x0a, 5, 1], /ends within a field/],
    [
      'a length beyond 32 bits',
      [0x0a, 0x82, 0x80, 0x80, 0x80, 0x80, 1, 1, 1],
      /ends within a field/,
    ],
    ['a length of 64 bits', [0x0a, ...Array<number>(9).fill(0xff), 1, 1, 1], /ends within a field/],
    ['a field 0', [0x00, 1], /number 0/],
    ['a kind that does not exist', [0x0f, 1], /kind that does not exist/],
    ['an end of no group', [0x0c], /kind that does not exist/],
    ['an end of another group', [0x0b, 0x14], /has not begun/],
    ['a group without an end', [0x0b], /ends within a field/],
    ['groups in groups', Array<number>(100).fill(0x0b), /nested too deep/],
  ])('refuses %s', (_, bytes, message) => {
    const message0 = reader(...bytes);
    expect(() => {
      while (message0.next()) message0.skip();
    }).toThrow(message);
  });

  it('keeps within the message it reads', () => {
    const outer = reader(0x0a, 2, 0x12, 5, 1, 2, 3, 4, 5);
    expect(outer.next()).toBe(true);
    const inner = outer.message();
    expect(inner.next()).toBe(true);
    expect(() => inner.text(10)).toThrow(/ends within a field/);
  });

  it.each<[number[], number | string]>([
    [[0], 0],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1], -1],
    [[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f], 2 ** 53 - 1],
    [[0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10], '9007199254740993'],
    [[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1], -(2 ** 63)],
  ])('reads 64 bits exactly: %j is %s', (bytes, value) => {
    expect(reader(...bytes).int64()).toBe(value);
  });

  it('reads the lower half of what should have 32 bits', () => {
    expect(reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1).uint32()).toBe(
      0xffff_ffff,
    );
  });

  it('puts U+FFFD for what is no UTF-8', () => {
    expect(reader(3, 0x61, 0xff, 0x62).text(10)).toBe('a\ufffdb');
  });

  it('cuts texts by characters', () => {
    const text = Buffer.from('ä€\u{1f600}z');
    expect(reader(text.length, ...text).text(2)).toBe('ä€');
    expect(reader(text.length, ...text).text(3)).toBe('ä€');
    expect(reader(text.length, ...text).text(0)).toBe('');
  });

  it('takes no id of another size', () => {
    expect(reader(2, 0xab, 0xcd).id(2)).toBe('abcd');
    expect(reader(0).id(2)).toBe('');
    expect(reader(1, 0xab).id(2)).toBe('not an id');
  });
});
