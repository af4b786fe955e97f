import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { callerOf } from '../../../../../libs/nestrace/src/sinks/panel/access/caller.js';

const request = (headers: object, more: object = {}): IncomingMessage =>
  ({
    method: 'GET',
    headers,
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    socket: { remoteAddress: '::ffff:127.0.0.1', localAddress: '::1' },
    ...more,
  }) as IncomingMessage;

describe('a caller', () => {
  it('is known by the connection, and by nothing it says', () => {
    const caller = callerOf(request({ host: 'LocalHost:1', 'client-ip': '1.2.3.4' }));
    expect(caller).toMatchObject({
      method: 'GET',
      address: '127.0.0.1',
      localAddress: '::1',
      host: 'localhost:1',
      proxySign: undefined,
    });
    expect(caller.header('client-ip')).toBe('1.2.3.4');
  });

  it('has no address on a local socket', () => {
    expect(callerOf(request({}, { socket: {} })).address).toBeUndefined();
  });

  it.each(['forwarded', 'via', 'x-real-ip', 'x-forwarded', 'x-forwarded-for', 'x-forwarded-x'])(
    'came through a proxy when there is %s, empty or not',
    (header) => {
      expect(callerOf(request({ [header]: '' })).proxySign).toBe(header);
    },
  );

  it('came through a plain proxy when it speaks HTTP/1.0', () => {
    expect(callerOf(request({}, { httpVersionMinor: 0 })).proxySign).toBe('HTTP/1.0');
    const second = { httpVersionMajor: 2, httpVersionMinor: 0 };
    expect(callerOf(request({ ':authority': 'a' }, second))).toMatchObject({
      proxySign: undefined,
      host: 'a',
    });
  });
});
