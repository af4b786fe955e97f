import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { context, trace } from '@opentelemetry/api';
import { isTracingSuppressed } from '@opentelemetry/core';
import { afterEach, describe, expect, it } from 'vitest';
import { ProtobufFormat } from '../../../../../libs/nestrace/src/pipeline/exporters/otlp/protobuf/protobuf.format.js';
import type { StoredSpan } from '../../../../../libs/nestrace/src/pipeline/span-store/stored-span.js';
import {
  OtlpReceiver,
  type ReceiverParts,
} from '../../../../../libs/nestrace/src/sinks/panel/ingest/otlp-receiver.js';
import { freePort } from '../../../../support/demo.js';
import { decodeResponse, encodeProtobuf } from '../../../../support/receivers/otlp-definitions.js';
import { waitUntil } from '../../../../support/wait-until.js';
import { LIMITS, richSpans } from '../../../pipeline/otlp-reading/expected-stored-span.js';

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const JSON_TYPE = { 'content-type': 'application/json' };

const SPAN = {
  traceId: '0af7651916cd43dd8448eb211c80319c',
  spanId: '00f067aa0ba902b7',
  name: 'work',
  startTimeUnixNano: '1700000000123456789',
  endTimeUnixNano: '1700000000223456789',
};

const message = (...spans: object[]): Buffer =>
  Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

let receiver: OtlpReceiver | undefined;
let port = 0;
let received: StoredSpan[] = [];

async function listen(
  options: Partial<ReceiverParts['options']> = {},
  parts: Partial<ReceiverParts> = {},
): Promise<OtlpReceiver> {
  port = await freePort();
  received = [];
  receiver = new OtlpReceiver({
    options: { host: '127.0.0.1', port, token: undefined, ...options },
    limits: LIMITS,
    receive: (spans) => received.push(...spans),
    info: () => ({ nestrace: '1.0.0', service: 'orders', pid: 7 }),
    ...parts,
  });
  await receiver.listen();
  return receiver;
}

afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
});

function send(
  path: string,
  headers: Record<string, string> = {},
  body?: Buffer,
  method = body === undefined ? 'GET' : 'POST',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest({ host: '127.0.0.1', port, path, method, headers, agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode = 0, headers: answered } = response;
        resolve({ status: statusCode, headers: answered, body: Buffer.concat(chunks) });
      });
    });
    outgoing.end(body);
  });
}

const names = (): string[] => received.map(({ name }) => name);

describe('OtlpReceiver', () => {
  it('takes protobuf and JSON, and answers in kind', async () => {
    await listen();
    const bytes = Buffer.from(new ProtobufFormat().encode(richSpans()));
    const protobuf = await send('/v1/traces', PROTOBUF, bytes);
    expect(protobuf).toMatchObject({ status: 200, headers: PROTOBUF });
    expect(protobuf.body).toHaveLength(0);
    const json = await send(
      '/v1/traces?x=1',
      { 'content-type': 'Application/JSON; charset=utf-8' },
      message(SPAN),
    );
    expect(json).toMatchObject({ status: 200, headers: JSON_TYPE });
    expect(String(json.body)).toBe('{}');
    expect(names()).toEqual(['child', 'root', 'work']);
    expect(receiver?.requests).toBe(2);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['identity', (body: Buffer) => body],
  ])('inflates %s', async (encoding, compress) => {
    await listen();
    const headers = { ...JSON_TYPE, 'content-encoding': encoding };
    expect((await send('/v1/traces', headers, compress(message(SPAN)))).status).toBe(200);
    expect(names()).toEqual(['work']);
  });

  it('says how many spans it did not take, in both encodings', async () => {
    await listen();
    const body = message(SPAN, { ...SPAN, spanId: '' });
    const json = await send('/v1/traces', JSON_TYPE, body);
    expect(JSON.parse(String(json.body))).toEqual({
      partialSuccess: {
        rejectedSpans: '1',
        errorMessage: expect.stringContaining('span id') as string,
      },
    });
    const bytes = encodeProtobuf(JSON.parse(String(body)) as object);
    const protobuf = await send('/v1/traces', PROTOBUF, Buffer.from(bytes));
    expect(decodeResponse(protobuf.body)).toEqual({
      rejectedSpans: '1',
      errorMessage: expect.stringContaining('span id') as string,
    });
  });

  it('takes logs and metrics, and forgets them', async () => {
    await listen();
    for (const path of ['/v1/logs', '/v1/metrics']) {
      expect(await send(path, PROTOBUF, Buffer.from('whatever'))).toMatchObject({ status: 200 });
      expect(String((await send(path, JSON_TYPE, Buffer.from('{}'))).body)).toBe('{}');
    }
    expect(receiver?.otherRequests).toBe(4);
    expect(receiver?.requests).toBe(0);
    expect(received).toEqual([]);
  });

  it('tells who it is', async () => {
    await listen();
    const { status, headers, body } = await send('/.nestrace/hub');
    expect(status).toBe(200);
    expect(headers['access-control-allow-origin']).toBeUndefined();
    expect(JSON.parse(String(body))).toEqual({ nestrace: '1.0.0', service: 'orders', pid: 7 });
  });

  it.each<[string, number, Parameters<typeof send>, RegExp]>([
    ['no request', 400, ['/v1/traces', JSON_TYPE, Buffer.from('{')], /not JSON/],
    [
      'half a request',
      400,
      ['/v1/traces', PROTOBUF, Buffer.from([0x0a, 9])],
      /ends within a field/,
    ],
    [
      'what is not gzip',
      400,
      ['/v1/traces', { ...JSON_TYPE, 'content-encoding': 'gzip' }, message(SPAN)],
      /inflated/,
    ],
    [
      'half of a gzip',
      400,
      [
        '/v1/traces',
        { ...JSON_TYPE, 'content-encoding': 'gzip' },
        gzipSync(message(SPAN)).subarray(0, 60),
      ],
      /inflated/,
    ],
    [
      'another compression',
      415,
      ['/v1/traces', { ...JSON_TYPE, 'content-encoding': 'br' }, message(SPAN)],
      /gzip, deflate or none/,
    ],
    [
      'another type',
      415,
      ['/v1/traces', { 'content-type': 'text/plain' }, message(SPAN)],
      /x-protobuf/,
    ],
    ['no type', 415, ['/v1/traces', {}, message(SPAN)], /x-protobuf/],
    ['another path', 404, ['/v1/profiles', JSON_TYPE, message(SPAN)], /v1\/traces/],
    ['another method', 405, ['/v1/traces', JSON_TYPE], /POST/],
    [
      'a web page',
      403,
      ['/v1/traces', { ...JSON_TYPE, origin: 'http://localhost:3000' }, message(SPAN)],
      /browsers/,
    ],
    ['a browser', 403, ['/.nestrace/hub', { 'sec-fetch-site': 'none' }], /browsers/],
    [
      'a name that was made to point here',
      403,
      ['/.nestrace/hub', { host: 'evil.test:4318' }],
      /Host/,
    ],
    ['a host that is none', 403, ['/.nestrace/hub', { host: 'a@localhost' }], /Host/],
  ])('refuses %s with %i', async (_, status, args, text) => {
    await listen();
    const answer = await send(...args);
    expect(answer.status).toBe(status);
    const isProtobuf = answer.headers['content-type'] === PROTOBUF['content-type'];
    expect(isProtobuf).toBe(args[1]?.['content-type'] === PROTOBUF['content-type']);
    expect(String(answer.body)).toMatch(text);
    if (!isProtobuf) expect(JSON.parse(String(answer.body))).toHaveProperty('code');
    expect(received).toEqual([]);
  });

  it.each(['localhost:1', '127.0.0.1', '[::1]:4318', 'api.localhost', 'orders', '10.0.0.7:4318'])(
    'is reached as %s',
    async (host) => {
      await listen();
      expect((await send('/.nestrace/hub', { host })).status).toBe(200);
    },
  );

  it('wants its token', async () => {
    await listen({ token: 'sesame' });
    for (const authorization of ['Bearer wrong', 'sesame', 'bearer sesame']) {
      const answer = await send('/v1/traces', { ...JSON_TYPE, authorization }, message(SPAN));
      expect(answer.status).toBe(401);
    }
    expect((await send('/.nestrace/hub')).status).toBe(401);
    const headers = { ...JSON_TYPE, authorization: 'Bearer sesame' };
    expect((await send('/v1/traces', headers, message(SPAN))).status).toBe(200);
  });

  it('refuses a body that is too large, whether it says so or not', async () => {
    await listen();
    const large = Buffer.alloc(4 * 1024 * 1024 + 1, 32);
    expect((await send('/v1/traces', JSON_TYPE, large)).status).toBe(413);
    const chunked = { ...JSON_TYPE, 'transfer-encoding': 'chunked' };
    expect((await send('/v1/traces', chunked, large)).status).toBe(413);
  });

  it('does not inflate a bomb', async () => {
    await listen();
    const bomb = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    const before = process.memoryUsage().rss;
    const headers = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect((await send('/v1/traces', headers, bomb)).status).toBe(413);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  it('does not wait for a slow body', async () => {
    await listen({}, { bodyTimeoutMs: 20 });
    const socket = connect(port, '127.0.0.1');
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
        'Content-Length: 100\r\n\r\n{',
    );
    let text = '';
    socket.on('data', (chunk) => (text += String(chunk)));
    let isClosed = false;
    socket.on('close', () => (isClosed = true));
    await waitUntil(() => isClosed, 'the connection is cut');
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('sends those away who come too often, and lets them in later', async () => {
    await listen();
    const answers = await Promise.all(
      Array.from({ length: 15 }, () => send('/v1/traces', JSON_TYPE, message(SPAN))),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const more = await Promise.all(
      Array.from({ length: 15 }, () => send('/v1/traces', JSON_TYPE, message(SPAN))),
    );
    const refused = more.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ headers }) => headers['retry-after'] === '1')).toBe(true);
    await waitUntil(async () => {
      return (await send('/v1/traces', JSON_TYPE, message(SPAN))).status === 200;
    }, 'it takes requests again');
  });

  it('has no more than 16 requests at once', async () => {
    await listen();
    const sockets = Array.from({ length: 16 }, () => {
      const socket = connect(port, '127.0.0.1');
      socket.write(
        'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
          'Content-Length: 2\r\n\r\n{',
      );
      return socket;
    });
    await waitUntil(async () => (await send('/.nestrace/hub')).status === 503, 'it is busy');
    for (const socket of sockets) socket.write('}');
    await waitUntil(async () => (await send('/.nestrace/hub')).status === 200, 'it is idle');
    expect(receiver?.requests).toBe(16);
    for (const socket of sockets) socket.destroy();
  });

  it('forgets a sender that goes away in the middle', async () => {
    await listen();
    for (let round = 0; round < 18; round++) {
      const socket = connect(port, '127.0.0.1');
      socket.write(
        'POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
          'Content-Length: 100\r\n\r\n{',
      );
      await new Promise((resolve) => setTimeout(resolve, 2));
      socket.destroy();
    }
    await waitUntil(async () => (await send('/.nestrace/hub')).status === 200, 'it is idle');
    expect(receiver?.requests).toBe(0);
  });

  it('works under suppressed tracing, and survives who fails to take its spans', async () => {
    let isSuppressed = false;
    await listen(
      {},
      {
        receive: () => {
          isSuppressed = isTracingSuppressed(context.active());
          throw new Error('no room');
        },
      },
    );
    // Without a context manager nothing is ever active.
    const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    try {
      expect((await send('/v1/traces', JSON_TYPE, message(SPAN))).status).toBe(500);
      expect((await send('/.nestrace/hub')).status).toBe(200);
      expect(isSuppressed).toBe(true);
    } finally {
      context.disable();
      trace.disable();
    }
  });

  it('closes at once, whoever is connected', async () => {
    const open = await listen();
    const socket = connect(port, '127.0.0.1');
    let isClosed = false;
    socket.on('close', () => (isClosed = true));
    socket.on('error', () => {});
    socket.write('POST /v1/traces HTTP/1.1\r\nHost: localhost\r\n');
    await new Promise((resolve) => socket.once('connect', resolve));
    await open.close();
    await waitUntil(() => isClosed, 'the connection is closed');
    await open.close();
    await expect(send('/.nestrace/hub')).rejects.toThrow(/ECONNREFUSED/);
  });

  it('says when the address is taken', async () => {
    await listen();
    const other = new OtlpReceiver({
      options: { host: '127.0.0.1', port, token: undefined },
      limits: LIMITS,
      receive: () => {},
      info: () => ({ nestrace: '1', service: 'x', pid: 1 }),
    });
    await expect(other.listen()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await other.close();
  });
});
