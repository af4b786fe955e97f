import { describe, expect, it } from 'vitest';
import { retryDelay } from '../../../../../libs/nestrace/src/pipeline/exporters/otlp/retry-info.js';

const field = (number: number, bytes: Uint8Array): Buffer =>
  Buffer.concat([Buffer.of((number << 3) | 2, bytes.length), bytes]);

const any = (type: string, value: Uint8Array): Buffer =>
  field(3, Buffer.concat([field(1, Buffer.from(`type.googleapis.com/${type}`)), field(2, value)]));

const status = (...details: Buffer[]): Buffer =>
  Buffer.concat([Buffer.of(8, 14), field(2, Buffer.from('not now')), ...details]);

/** 300 s and 250 ms. */
const RETRY_INFO = any(
  'google.rpc.RetryInfo',
  field(1, Buffer.of(8, 0xac, 0x02, 16, 0x80, 0xe5, 0x9a, 0x77)),
);
const OTHER = any('google.rpc.ErrorInfo', field(1, Buffer.from('QUOTA')));

describe('retryDelay', () => {
  it('is what the backend asks for', () => {
    expect(retryDelay(status(RETRY_INFO))).toBe(300_250);
    expect(retryDelay(status(OTHER, RETRY_INFO))).toBe(300_250);
  });

  it('is no time at all where a delay is named and empty', () => {
    expect(retryDelay(status(any('google.rpc.RetryInfo', field(1, Buffer.of()))))).toBe(0);
    expect(retryDelay(status(any('google.rpc.RetryInfo', Buffer.of())))).toBe(0);
  });

  it('is no time at all where it is negative', () => {
    const minusOne = Buffer.of(8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1);
    expect(retryDelay(status(any('google.rpc.RetryInfo', field(1, minusOne))))).toBe(0);
    const justBefore = Buffer.of(16, ...minusOne.subarray(1));
    expect(retryDelay(status(any('google.rpc.RetryInfo', field(1, justBefore))))).toBe(0);
  });

  it('is not known where the backend says nothing, or nothing that can be read', () => {
    expect(retryDelay(status())).toBeUndefined();
    expect(retryDelay(status(OTHER))).toBeUndefined();
    expect(retryDelay(Buffer.of())).toBeUndefined();
    expect(retryDelay(RETRY_INFO.subarray(0, 20))).toBeUndefined();
    expect(retryDelay(Buffer.alloc(30, 0xff))).toBeUndefined();
  });
});
