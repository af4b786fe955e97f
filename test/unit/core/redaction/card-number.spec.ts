import { describe, expect, it } from 'vitest';
import { replaceCardNumbers } from '../../../../libs/nestrace/src/core/redaction/card-number.js';

const hide = (text: string): string => replaceCardNumbers(text, '#');

describe('replaceCardNumbers', () => {
  it.each([
    ['4111111111111111', '#'],
    ['paid with 4111 1111 1111 1111 today', 'paid with # today'],
    ['5555-5555-5555-4444', '#'],
    ['378282246310005,6011111111111117', '#,#'],
  ])('hides %s', (text, shown) => {
    expect(hide(text)).toBe(shown);
  });

  it.each([
    ['4111111111111112', 'the check digit is wrong'],
    ['1732752000000', 'a time stamp'],
    ['0000000000000000', 'no network begins with 0'],
    ['411111111111', 'too short'],
    ['41111111111111111111111', 'too long'],
  ])('leaves %s: %s', (text) => {
    expect(hide(text)).toBe(text);
  });
});
