import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  onResponseEnd,
  type BrokenOff,
} from '../../../../libs/nestrace/src/edges/incoming/response-ending.js';

interface Given {
  readonly writableEnded?: boolean;
  readonly httpVersionMajor?: number;
  readonly socket?: object;
}

describe('onResponseEnd', () => {
  let told: BrokenOff[];

  beforeEach(() => {
    told = [];
  });

  function responseOf({ writableEnded = false, httpVersionMajor = 1, socket = {} }: Given) {
    const req = { httpVersionMajor, socket };
    const response = Object.assign(new EventEmitter(), { writableEnded, req });
    onResponseEnd(response as unknown as ServerResponse, (brokenOff) => told.push(brokenOff));
    return response;
  }

  it('waits for the end of the connection with it', () => {
    const response = responseOf({ writableEnded: true });
    response.emit('finish');
    expect(told).toEqual([]);
    response.emit('close');
    expect(told).toEqual([undefined]);
  });

  it.each<[string, Given, BrokenOff]>([
    ['the client has ended its side', { socket: { readableEnded: true } }, 'client_aborted'],
    [
      'the connection was reset',
      { socket: { readableEnded: false, errored: new Error('reset') } },
      'client_aborted',
    ],
    ['nothing was seen of the client', { socket: { readableEnded: false } }, 'response_aborted'],
    ['the request was injected', {}, 'client_aborted'],
    [
      'a stream of HTTP/2 was cancelled',
      { httpVersionMajor: 2, socket: { readableEnded: false } },
      'client_aborted',
    ],
  ])('tells who broke it off when %s', (_what, given, expected) => {
    responseOf(given).emit('close');
    expect(told).toEqual([expected]);
  });

  it('tells that a stream of HTTP/2 which "finished" without an end was broken off', () => {
    const response = responseOf({ httpVersionMajor: 2 });
    response.emit('finish');
    response.emit('close');
    expect(told).toEqual(['client_aborted']);
  });

  it('asks nothing of the socket of HTTP/2, which throws once it is gone', () => {
    const socket = {
      get readableEnded(): never {
        throw new Error('ERR_HTTP2_SOCKET_UNBOUND');
      },
    };
    responseOf({ httpVersionMajor: 2, socket }).emit('close');
    expect(told).toEqual(['client_aborted']);
  });

  it('tells the end although nobody knows how it came', () => {
    const socket = {
      get readableEnded(): never {
        throw new Error('broken');
      },
    };
    responseOf({ socket }).emit('close');
    expect(told).toEqual([undefined]);
  });
});
