import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  HttpTransport,
  type HttpTransportOptions,
} from '../../../../libs/nestrace/src/pipeline/exporters/http.transport.js';
import type { SendResult } from '../../../../libs/nestrace/src/pipeline/exporters/transport.js';
import {
  makeCertificates,
  type Certificates,
} from '../../../support/receivers/certificate-authority.js';
import { startHttpReceiver } from '../../../support/receivers/http.receiver.js';
import type { Receiver, ReceiverTls } from '../../../support/receivers/receiver.js';
import { waitUntil } from '../../../support/wait-until.js';

/** Long enough that nothing of these tests ever waits for it. */
const PATIENT_MS = 30_000;

const BODY = Buffer.from('spans '.repeat(200));

/** A backend that does not look into what it gets. */
const startReceiver = (tls?: ReceiverTls): Promise<Receiver<string>> =>
  startHttpReceiver<string>(
    {
      path: '/take',
      status: 200,
      contentTypes: ['text/plain'],
      decode: (body) => [body.toString()],
      answer: () => Buffer.from('thanks'),
    },
    tls,
  );

const open: { close(): void | Promise<void> }[] = [];

function transportTo(url: string, options: Partial<HttpTransportOptions> = {}): HttpTransport {
  const transport = new HttpTransport({
    speaks: 'otlp-http',
    url,
    compression: 'none',
    ...options,
    headers: { 'content-type': 'text/plain', ...options.headers },
  });
  open.push(transport);
  return transport;
}

/** What a result says, as far as somebody acts on it. */
function factsOf(result: SendResult): unknown {
  if (result.outcome === 'ok') return { outcome: 'ok', body: Buffer.from(result.body).toString() };
  const { outcome, error } = result;
  const { speaks: _, port: __, ...known } = error.facts;
  const facts = Object.fromEntries(
    Object.entries(known).filter(([, value]) => value !== undefined),
  );
  return { outcome, message: error.message, ...facts };
}

let receiver: Receiver<string>;

beforeEach(async () => {
  receiver = await startReceiver();
});

afterEach(async () => {
  for (const item of open.splice(0)) await item.close();
  await receiver.close();
});

describe('HttpTransport', () => {
  it('posts the bytes with its headers and hands the answer back', async () => {
    const transport = transportTo(receiver.url, { headers: { 'x-api-key': 'secret' } });

    expect(factsOf(await transport.send(BODY, PATIENT_MS))).toEqual({
      outcome: 'ok',
      body: 'thanks',
    });

    expect(receiver.requests).toHaveLength(1);
    const [request] = receiver.requests;
    expect(request?.body).toEqual(BODY);
    expect(request?.headers).toEqual({
      host: new URL(receiver.url).host,
      connection: 'keep-alive',
      'content-type': 'text/plain',
      'content-length': String(BODY.length),
      'x-api-key': 'secret',
    });
  });

  it('compresses with gzip and says so, with the length of what it sends', async () => {
    const transport = transportTo(receiver.url, { compression: 'gzip' });

    await transport.send(BODY, PATIENT_MS);

    const [request] = receiver.requests;
    expect(request?.headers).toMatchObject({
      'content-encoding': 'gzip',
      'content-length': String(request?.body.length),
    });
    expect(request?.body.length).toBeLessThan(BODY.length / 10);
    expect(gunzipSync(request?.body ?? Buffer.alloc(0))).toEqual(BODY);
  });

  it('keeps the query and the credentials of its URL', async () => {
    const url = new URL(`${receiver.url}?key=1`);
    url.username = 'orders';
    url.password = 'secret';

    await transportTo(url.href).send(BODY, PATIENT_MS);

    expect(receiver.requests[0]?.path).toBe('/take?key=1');
    expect(receiver.requests[0]?.headers['authorization']).toBe(
      `Basic ${Buffer.from('orders:secret').toString('base64')}`,
    );
  });

  it('uses one connection for what it sends one after the other', async () => {
    const transport = transportTo(receiver.url);
    for (let count = 0; count < 5; count++) await transport.send(BODY, PATIENT_MS);
    expect(receiver.requests).toHaveLength(5);
    expect(receiver.connections).toBe(1);
  });

  it.each([408, 429, 500, 502, 503, 504, 400, 401, 404, 413, 307])(
    'tells by the status %i whether another attempt makes sense',
    async (status) => {
      await receiver.behave({ kind: 'status', status, message: 'no' });

      const result = await transportTo(receiver.url).send(BODY, PATIENT_MS);

      const mayPass = [429, 502, 503, 504].includes(status);
      expect(result.outcome).toBe(mayPass ? 'retry' : 'failed');
      expect(factsOf(result)).toMatchObject({
        message: expect.stringMatching(new RegExp(`^HTTP ${status} \\w`)),
        httpStatus: status,
      });
    },
  );

  describe('a wish of the backend when to come back', () => {
    it('is read in seconds', async () => {
      expect(await wishFor('7')).toBe(7000);
      expect(await wishFor('0')).toBe(0);
    });

    it('is read as a date', async () => {
      const afterMs = await wishFor(new Date(Date.now() + 60_000).toUTCString());
      expect(afterMs).toBeGreaterThan(50_000);
      expect(afterMs).toBeLessThanOrEqual(60_000);
    });

    it('means at once when the date is over', async () => {
      expect(await wishFor('Sun, 06 Nov 1994 08:49:37 GMT')).toBe(0);
    });

    it('is no wish when it cannot be read, or is not there', async () => {
      expect(await wishFor('soon')).toBeUndefined();
      expect(await wishFor('-1')).toBeUndefined();
      expect(await wishFor('1.5 s')).toBeUndefined();
      expect(await wishFor()).toBeUndefined();
    });
  });

  describe('a backend that does not answer', () => {
    it('may come back when nobody listens', async () => {
      await receiver.behave({ kind: 'refuse' });
      const result = await transportTo(receiver.url).send(BODY, PATIENT_MS);
      expect(factsOf(result)).toMatchObject({
        outcome: 'retry',
        code: 'ECONNREFUSED',
        message: expect.stringContaining('ECONNREFUSED'),
      });
    });

    it.each(['hang', 'silent'] as const)('has failed when its time is up (%s)', async (kind) => {
      await receiver.behave({ kind });
      const result = await transportTo(receiver.url).send(BODY, 50);
      expect(factsOf(result)).toEqual({
        outcome: 'retry',
        code: 'ETIMEDOUT',
        message: 'no answer within 50 ms',
      });
    });

    it('is not flooded with connections while it hangs', async () => {
      await receiver.behave({ kind: 'hang' });
      const transport = transportTo(receiver.url);
      const results = Array.from({ length: 50 }, () => transport.send(BODY, PATIENT_MS));
      await waitUntil(() => receiver.requests.length === 8, 'as many requests as are let in');
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(receiver.requests).toHaveLength(8);
      expect(receiver.openConnections).toBe(8);

      transport.close();
      expect((await Promise.all(results)).map(({ outcome }) => outcome)).toEqual(
        results.map(() => 'failed'),
      );
    });

    it('has failed when its time is up in the middle of the answer', async () => {
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf');
      });
      const url = await listen(server);

      expect(factsOf(await transportTo(url).send(BODY, 50))).toMatchObject({
        outcome: 'retry',
        code: 'ETIMEDOUT',
      });
    });

    it('is heard where the event loop had no time for an answer that had come', async () => {
      const answer = 'HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nthanks';
      const server = createServer((socket) => {
        socket.once('data', () => {
          socket.write(answer, () => {
            const until = performance.now() + 400;
            while (performance.now() < until);
          });
        });
      });
      const url = await listen(server);

      expect(factsOf(await transportTo(url).send(BODY, 300))).toEqual({
        outcome: 'ok',
        body: 'thanks',
      });
    });

    it('may come back when the connection breaks before the answer', async () => {
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.once('data', () => socket.resetAndDestroy());
      });
      const url = await listen(server);

      expect(factsOf(await transportTo(url).send(BODY, PATIENT_MS))).toMatchObject({
        outcome: 'retry',
        code: 'ECONNRESET',
      });
    });

    it('may come back when the connection breaks in the middle of the answer', async () => {
      await receiver.behave({ kind: 'cut' });
      expect(factsOf(await transportTo(receiver.url).send(BODY, PATIENT_MS))).toMatchObject({
        outcome: 'retry',
        code: 'ECONNRESET',
      });
    });

    it('has failed for good when it does not speak HTTP', async () => {
      const server = createServer((socket) => {
        socket.on('error', () => {});
        socket.end('\0\0\x06\x04\0\0\0\0\0 this is gRPC');
      });
      const url = await listen(server);

      expect(factsOf(await transportTo(url).send(BODY, PATIENT_MS))).toMatchObject({
        outcome: 'failed',
        code: 'HPE_INVALID_CONSTANT',
      });
    });

    it('has failed for good when the answer has no end', async () => {
      await receiver.behave({ kind: 'huge' });
      expect(factsOf(await transportTo(receiver.url).send(BODY, PATIENT_MS))).toEqual({
        outcome: 'failed',
        message: 'the answer is larger than 1048576 bytes',
      });
    });

    it('does not spoil the next attempt', async () => {
      const transport = transportTo(receiver.url);
      await receiver.behave({ kind: 'cut' }, { kind: 'huge' }, { kind: 'hang' }, { kind: 'ok' });
      const outcomes = [];
      for (const timeoutMs of [PATIENT_MS, PATIENT_MS, 50, PATIENT_MS]) {
        outcomes.push((await transport.send(BODY, timeoutMs)).outcome);
      }
      expect(outcomes).toEqual(['retry', 'failed', 'retry', 'ok']);
    });
  });

  describe('a kept-alive connection the backend has given up', () => {
    it('is replaced at once, since nothing is wrong with the backend', async () => {
      const { url, requests } = await startForgetful();
      const transport = transportTo(url);
      const outcomes = [];
      for (let count = 0; count < 3; count++) {
        outcomes.push((await transport.send(Buffer.from('small'), PATIENT_MS)).outcome);
      }
      expect(outcomes).toEqual(['ok', 'ok', 'ok']);
      expect(requests()).toBe(3);
    });
  });

  describe('once closed', () => {
    it('cuts off what is under way', async () => {
      await receiver.behave({ kind: 'hang' });
      const transport = transportTo(receiver.url);
      const results = [transport.send(BODY, PATIENT_MS), transport.send(BODY, PATIENT_MS)];
      await waitUntil(() => receiver.requests.length === 2, 'both requests have arrived');

      transport.close();

      const cutOff = {
        outcome: 'failed',
        code: 'ECLOSED',
        message: 'the application closed before there was an answer',
      };
      expect((await Promise.all(results)).map(factsOf)).toEqual([cutOff, cutOff]);
    });

    it('sends nothing any more', async () => {
      const transport = transportTo(receiver.url);
      transport.close();
      expect(factsOf(await transport.send(BODY, PATIENT_MS))).toMatchObject({ code: 'ECLOSED' });
      expect(receiver.connections).toBe(0);
    });

    it('does not send what was still being compressed', async () => {
      const transport = transportTo(receiver.url, { compression: 'gzip' });
      const sending = transport.send(BODY, PATIENT_MS);
      transport.close();
      expect(factsOf(await sending)).toMatchObject({ code: 'ECLOSED' });
      expect(receiver.connections).toBe(0);
    });

    it('leaves no connection open', async () => {
      const transport = transportTo(receiver.url);
      await transport.send(BODY, PATIENT_MS);
      expect(receiver.openConnections).toBe(1);

      transport.close();

      await waitUntil(() => receiver.openConnections === 0, 'all connections are closed');
    });
  });

  describe('never rejects', () => {
    it('when a header cannot be sent', async () => {
      const transport = transportTo(receiver.url, { headers: { 'x-api-key': 'ключ' } });
      expect(factsOf(await transport.send(BODY, PATIENT_MS))).toMatchObject({
        outcome: 'failed',
        code: 'ERR_INVALID_CHAR',
      });
    });

    it('when a certificate cannot be read', async () => {
      const transport = transportTo(receiver.url.replace('http:', 'https:'), {
        tls: { cert: 'no certificate', key: 'no key' },
      });
      expect(factsOf(await transport.send(BODY, PATIENT_MS))).toMatchObject({
        outcome: 'failed',
        code: expect.stringMatching(/^ERR_OSSL_/),
      });
    });
  });
});

describe('HttpTransport over TLS', () => {
  let certificates: Certificates;
  let secure: Receiver<string>;

  beforeAll(() => {
    certificates = makeCertificates();
  });
  afterAll(() => {
    certificates.remove();
  });

  const startSecure = async (options: Partial<ReceiverTls> = {}): Promise<void> => {
    secure = await startReceiver({ ...certificates.server, ...options });
    open.push(secure);
  };

  it('trusts the given authority', async () => {
    await startSecure();
    const transport = transportTo(secure.url, { tls: { ca: certificates.ca } });
    expect(await transport.send(BODY, PATIENT_MS)).toMatchObject({ outcome: 'ok' });
    expect(secure.spans()).toEqual([BODY.toString()]);
  });

  it.each([
    ['no authority', () => ({})],
    ['another authority', () => ({ ca: certificates.stranger.ca })],
  ])('sends nothing to a server it cannot trust (%s given)', async (_, tls) => {
    await startSecure();
    const result = await transportTo(secure.url, { tls: tls() }).send(BODY, PATIENT_MS);
    expect(factsOf(result)).toMatchObject({
      outcome: 'failed',
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
    expect(secure.requests).toEqual([]);
  });

  it('does not accept the certificate of another host', async () => {
    await startSecure(certificates.elsewhere);
    const transport = transportTo(secure.url, { tls: { ca: certificates.ca } });
    expect(factsOf(await transport.send(BODY, PATIENT_MS))).toMatchObject({
      outcome: 'failed',
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    expect(secure.requests).toEqual([]);
  });

  it('shows its own certificate', async () => {
    await startSecure({ clientCa: certificates.ca });
    const tls = { ca: certificates.ca, ...certificates.client };
    expect(await transportTo(secure.url, { tls }).send(BODY, PATIENT_MS)).toMatchObject({
      outcome: 'ok',
    });
    expect(secure.requests[0]?.clientName).toBe('orders');
  });

  it.each([
    ['none', () => ({})],
    ['one of a stranger', () => ({ ...certificates.stranger })],
  ])('is refused where a certificate is asked for and it has %s', async (_, own) => {
    await startSecure({ clientCa: certificates.ca });
    const { cert, key } = { cert: undefined, key: undefined, ...own() };
    const tls = {
      ca: certificates.ca,
      ...(cert !== undefined && key !== undefined && { cert, key }),
    };
    const result = await transportTo(secure.url, { tls }).send(BODY, PATIENT_MS);
    expect(result.outcome).not.toBe('ok');
    expect(secure.requests).toEqual([]);
  });

  it('fails at a port that does not speak TLS', async () => {
    const url = receiver.url.replace('http:', 'https:');
    const result = await transportTo(url).send(BODY, PATIENT_MS);
    expect(factsOf(result)).toMatchObject({
      outcome: 'failed',
      message: 'TLS: wrong version number',
      code: 'ERR_SSL_WRONG_VERSION_NUMBER',
    });
  });

  it('fails at a port that speaks TLS when it does not', async () => {
    await startSecure();
    const result = await transportTo(secure.url.replace('https:', 'http:')).send(BODY, 1000);
    expect(result.outcome).not.toBe('ok');
  });
});

/** What becomes of the wish of a backend when to come back. */
async function wishFor(retryAfter?: string): Promise<number | string | undefined> {
  await receiver.behave({
    kind: 'status',
    status: 503,
    ...(retryAfter !== undefined && { retryAfter }),
  });
  const result = await transportTo(receiver.url).send(BODY, PATIENT_MS);
  return result.outcome === 'retry' ? result.afterMs : result.outcome;
}

/** Takes one request per connection and breaks it when the next one comes. */
async function startForgetful(): Promise<{ url: string; requests: () => number }> {
  let requests = 0;
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => {
      requests++;
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      socket.once('data', () => socket.resetAndDestroy());
    });
  });
  return { url: await listen(server), requests: () => requests };
}

async function listen(server: ReturnType<typeof createServer>): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  open.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/take`;
}
