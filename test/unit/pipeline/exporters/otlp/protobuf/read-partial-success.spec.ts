import { describe, expect, it } from 'vitest';
import { readPartialSuccess } from '../../../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/read-partial-success.js';
import { encodeResponse } from '../../../../../support/receivers/otlp-definitions.js';

/** A message with these bytes, as `partial_success` of an answer. */
function answerWith(partial: readonly number[]): Uint8Array {
  return Uint8Array.of(0x0a, partial.length, ...partial);
}

const REJECTED_3 = [0x08, 3];
const MESSAGE = [0x12, 2, 0x6e, 0x6f];

/** Fields with the number 9, of every kind: a varint, 8 bytes, some bytes, 4 bytes. */
const UNKNOWN = [0x48, 0xff, 1, 0x49, 1, 2, 3, 4, 5, 6, 7, 8, 0x4a, 2, 8, 9, 0x4d, 1, 2, 3, 4];

describe('an answer in protobuf', () => {
  it.each([1, 127, 128, 2 ** 31, 2 ** 53 - 1])('tells that %d spans were rejected', (rejected) => {
    const answer = encodeResponse({ rejectedSpans: rejected, errorMessage: 'zu ält' });
    expect(readPartialSuccess(answer)).toMatchObject({
      rejectedSpans: rejected,
      message: 'zu ält',
    });
  });

  it('may have fields nobody knows yet', () => {
    const partial = [...UNKNOWN, ...REJECTED_3, ...UNKNOWN, ...MESSAGE, ...UNKNOWN];
    const answer = Uint8Array.of(...UNKNOWN, ...answerWith(partial), ...UNKNOWN);
    expect(readPartialSuccess(answer)).toMatchObject({ rejectedSpans: 3, message: 'no' });
  });

  it('may have known fields in another form, which tell nothing', () => {
    expect(readPartialSuccess(Uint8Array.of(0x08, 3))).toBeUndefined();
    expect(readPartialSuccess(answerWith([0x0a, 1, 3, ...MESSAGE]))).toBeUndefined();
  });

  it('counts for the last of what is said twice', () => {
    expect(readPartialSuccess(answerWith([0x08, 9, ...REJECTED_3]))).toMatchObject({
      rejectedSpans: 3,
    });
  });

  it('rejects nothing with a number below zero', () => {
    const answer = encodeResponse({ rejectedSpans: -1, errorMessage: 'no' });
    expect(readPartialSuccess(answer)).toBeUndefined();
  });

  const whole = answerWith([...UNKNOWN, ...REJECTED_3, ...MESSAGE]);

  it.each(Array.from({ length: whole.length }, (_, length) => length))(
    'changes nothing when it ends after %d bytes',
    (length) => {
      expect(readPartialSuccess(whole.subarray(0, length))).toBeUndefined();
    },
  );

  it.each([
    ['a group, which is no longer used', [0x0b, ...whole]],
    ['a kind that does not exist', [0x0e, ...whole]],
    ['a number of more than 64 bits', [...Array<number>(11).fill(0x80), 1]],
    ['a number that never ends', Array<number>(100_000).fill(0x80)],
    ['a length beyond everything', [0x0a, ...Array<number>(9).fill(0xff), 1]],
  ])('changes nothing with %s', (_, bytes) => {
    expect(readPartialSuccess(Uint8Array.from(bytes))).toBeUndefined();
  });
});
