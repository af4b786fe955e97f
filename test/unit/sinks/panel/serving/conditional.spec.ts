import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  acceptsGzip,
  isUnchanged,
} from '../../../../../libs/nestrace/src/sinks/panel/serving/conditional.js';

const request = (headers: object): IncomingMessage => ({ headers }) as IncomingMessage;

describe('a file the browser has', () => {
  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"b", "a"', true],
    ['*', true],
    ['"b"', false],
    ['a', false],
    [undefined, false],
  ])('is unchanged when it says %s: %s', (known, expected) => {
    expect(isUnchanged(request({ 'if-none-match': known }), '"a"')).toBe(expected);
  });
});

describe('packing', () => {
  it.each([
    ['gzip, deflate, br', true],
    ['br;q=1.0, GZIP;q=0.5', true],
    ['*', true],
    ['gzip;q=0', false],
    ['gzip; q=0.000', false],
    ['br', false],
    [undefined, false],
  ])('is liked with %s: %s', (accepted, expected) => {
    expect(acceptsGzip(request({ 'accept-encoding': accepted }))).toBe(expected);
  });
});
