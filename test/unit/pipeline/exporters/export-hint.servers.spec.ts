import { createServer, type RequestListener } from 'node:http';
import {
  createServer as createTcpServer,
  type AddressInfo,
  type Server,
  type Socket,
} from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { OtelModuleOptions } from '../../../../libs/nestrace/src/config/otel.options.js';
import { Ending } from '../../../../libs/nestrace/src/core/ending.js';
import { createExporters } from '../../../../libs/nestrace/src/pipeline/exporters/create-exporters.js';
import {
  makeCertificates,
  type Certificates,
} from '../../../support/receivers/certificate-authority.js';
import { startOtlpGrpcReceiver } from '../../../support/receivers/otlp-grpc.receiver.js';
import { startOtlpHttpReceiver } from '../../../support/receivers/otlp-http.receiver.js';
import type { Receiver } from '../../../support/receivers/receiver.js';
import { startZipkinReceiver } from '../../../support/receivers/zipkin.receiver.js';
import { recordSpans } from '../../../support/recorded-spans.js';
import { ListLog } from '../../support/list-log.js';
import { resolve } from '../../support/options.js';

type Exporter = NonNullable<OtelModuleOptions['exporters']>;

const PROTOCOLS = ['grpc', 'http/protobuf', 'http/json'] as const;
const HTTP = PROTOCOLS.slice(1);

let certificates: Certificates;
const receivers: Receiver<unknown>[] = [];
const servers: Server[] = [];
const sockets = new Set<Socket>();

beforeAll(() => {
  certificates = makeCertificates();
});
afterAll(() => {
  certificates.remove();
});
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

async function started<R extends Receiver<unknown>>(receiver: Promise<R>): Promise<R> {
  receivers.push(await receiver);
  return receiver;
}

/** Listens on a port of its own and tells which. */
async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  return (server.address() as AddressInfo).port;
}

const web = (handle: RequestListener): Promise<number> =>
  listening(
    createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        handle(request, response);
      });
    }),
  );

interface Heard {
  /** What the operator reads, without the sentence that is the same for all. */
  readonly line: string;
  readonly exported: number;
  readonly failed: number;
}

const SAME = ' The application is not affected; this is said once, until it works again.';

/** Sends one span, once, and tells what is said about it. */
async function heard(exporters: Exporter): Promise<Heard> {
  const log = new ListLog();
  const [exporter] = await createExporters(
    resolve({ exporters, delivery: { retry: { maxAttempts: 1 } } }),
    log,
    new Ending(),
  );
  if (exporter === undefined) throw new Error('there is no exporter');
  const spans = recordSpans((tracer) => {
    tracer.startSpan('one').end();
  });
  exporter.delivery.accepted++;
  await new Promise((done) => {
    exporter.export(spans, done);
  });
  await exporter.shutdown();
  const { exported, failed } = exporter.delivery;
  const line = log.lines.map(({ message }) => message.replace(SAME, '')).join('\n');
  if (process.env['SHOW_LINES'] !== undefined) console.log(line);
  return { line, exported, failed };
}

const otlp = (
  protocol: (typeof PROTOCOLS)[number],
  endpoint: string,
  more: object = {},
): Exporter => ({ type: 'otlp', protocol, endpoint, timeoutMs: 5000, ...more });

const zipkin = (endpoint: string): Exporter => ({ type: 'zipkin', endpoint, timeoutMs: 5000 });

describe('an operator reads what to do', () => {
  it.each(PROTOCOLS)('when nobody listens (%s)', async (protocol) => {
    const receiver = await started(startOtlpHttpReceiver());
    await receiver.behave({ kind: 'refuse' });
    const { line } = await heard(otlp(protocol, receiver.url));
    expect(line).toContain(': connect ECONNREFUSED 127.0.0.1:');
    expect(line).toContain('Nothing listens there. Is the collector or Jaeger running?');
  });

  it.each(PROTOCOLS)('when the host name is not known (%s)', async (protocol) => {
    const { line } = await heard(otlp(protocol, 'http://collector.invalid:4318'));
    expect(line).toMatch(/The host name (is not known|could not be looked up)\./);
  });

  it.each(PROTOCOLS)('when there is no answer (%s)', async (protocol) => {
    const receiver = await started(
      protocol === 'grpc' ? startOtlpGrpcReceiver() : startOtlpHttpReceiver(),
    );
    await receiver.behave({ kind: 'hang' });
    const { line } = await heard(otlp(protocol, receiver.url, { timeoutMs: 300 }));
    expect(line).toContain('There was no answer in time.');
  });

  it.each(PROTOCOLS)(
    'when the connection is cut in the middle of the answer (%s)',
    async (protocol) => {
      const receiver = await started(
        protocol === 'grpc' ? startOtlpGrpcReceiver() : startOtlpHttpReceiver(),
      );
      await receiver.behave({ kind: 'cut' });
      const { line, failed } = await heard(otlp(protocol, receiver.url));
      expect(line).toMatch(/The connection was cut|The backend cannot be reached/);
      expect(failed).toBe(1);
    },
  );
});

describe('an operator reads that the protocol does not fit the port', () => {
  it.each(HTTP)('when HTTP is sent to a gRPC server (%s)', async (protocol) => {
    const { url } = await started(startOtlpGrpcReceiver());
    const { line } = await heard(otlp(protocol, url));
    expect(line).toContain('For a gRPC port (4317) set protocol to "grpc".');
  });

  it('when gRPC is sent to an HTTP server', async () => {
    const { url } = await started(startOtlpHttpReceiver());
    const { line } = await heard(otlp('grpc', url));
    expect(line).toContain(': Protocol error. That port does not speak gRPC.');
    expect(line).toContain('set protocol to "http/protobuf"');
  });

  it('when gRPC is sent to an HTTP server with TLS', async () => {
    const { url } = await started(startOtlpHttpReceiver(certificates.server));
    const { line } = await heard(otlp('grpc', url, { tls: { ca: certificates.ca } }));
    expect(line).toContain(
      'TLS: tlsv1 alert no application protocol. That port does not speak gRPC.',
    );
  });

  it.each(PROTOCOLS)('when https:// is used for a plain port (%s)', async (protocol) => {
    const { url } = await started(
      protocol === 'grpc' ? startOtlpGrpcReceiver() : startOtlpHttpReceiver(),
    );
    const { line } = await heard(otlp(protocol, url.replace('http:', 'https:')));
    expect(line).toContain(
      ': TLS: wrong version number. That port does not speak TLS. Use http:// instead of https://.',
    );
  });

  it.each(PROTOCOLS)('when http:// is used for a port with TLS (%s)', async (protocol) => {
    const { url } = await started(
      protocol === 'grpc'
        ? startOtlpGrpcReceiver(certificates.server)
        : startOtlpHttpReceiver(certificates.server),
    );
    const { line } = await heard(otlp(protocol, url.replace('https:', 'http:')));
    expect(line).toContain('this port want https://');
  });

  it('when the port is of something else altogether', async () => {
    const port = await listening(
      createTcpServer((socket) => {
        socket.on('error', () => {});
        socket.write('220 mail.test ESMTP\r\n');
      }),
    );
    const url = `http://127.0.0.1:${port}`;
    expect((await heard(otlp('http/protobuf', url))).line).toContain('does not speak HTTP');
    expect((await heard(otlp('grpc', url))).line).toContain('does not speak gRPC');
  });

  it.each(HTTP)('when OTLP is sent to a Zipkin server (%s)', async (protocol) => {
    const { url } = await started(startZipkinReceiver());
    const { line } = await heard(otlp(protocol, url));
    expect(line).toContain(': HTTP 404 Not Found. The path is wrong.');
  });

  it('when Zipkin spans are sent to an OTLP server', async () => {
    const { url } = await started(startOtlpHttpReceiver());
    const { line } = await heard(zipkin(url.replace('/v1/traces', '/api/v2/spans')));
    expect(line).toContain(
      ': HTTP 404 Not Found. The path is wrong. Zipkin takes spans at /api/v2/spans; for OTLP use type "otlp".',
    );
  });

  it('when Zipkin spans are sent to where OTLP is taken', async () => {
    const port = await web((_, response) => response.writeHead(400).end('no such field'));
    const { line } = await heard(zipkin(`http://127.0.0.1:${port}/v1/traces`));
    expect(line).toContain('For OTLP use an exporter of type "otlp".');
  });
});

describe('an operator reads what is wrong with the certificate', () => {
  const secure = (
    protocol: (typeof PROTOCOLS)[number],
    certificate: { cert: string; key: string },
  ) =>
    started(
      protocol === 'grpc' ? startOtlpGrpcReceiver(certificate) : startOtlpHttpReceiver(certificate),
    );

  it.each(PROTOCOLS)('when nobody knows its authority (%s)', async (protocol) => {
    const { url } = await secure(protocol, certificates.server);
    const { line } = await heard(otlp(protocol, url));
    expect(line).toContain('Name its authority in tls.ca.');
  });

  it.each(PROTOCOLS)('when it is self-signed (%s)', async (protocol) => {
    const { url } = await secure(protocol, certificates.selfSigned);
    const { line } = await heard(otlp(protocol, url));
    expect(line).toContain(
      ': self-signed certificate. The certificate is self-signed. Name it, or its authority, in tls.ca.',
    );
  });

  it.each(PROTOCOLS)('when it is for another host (%s)', async (protocol) => {
    const { url } = await secure(protocol, certificates.elsewhere);
    const { line } = await heard(otlp(protocol, url, { tls: { ca: certificates.ca } }));
    expect(line).toContain('The certificate of the backend is for another host name.');
  });

  it.each(PROTOCOLS)('when it has expired (%s)', async (protocol) => {
    const { url } = await secure(protocol, certificates.expired);
    const { line } = await heard(otlp(protocol, url, { tls: { ca: certificates.ca } }));
    expect(line).toContain('certificate has expired. The certificate of the backend has expired.');
  });
});

describe('an operator reads what an answer means', () => {
  it.each([
    [302, 'Use that address as the endpoint.'],
    [400, 'The backend could not read the request.'],
    [401, 'Check the headers of the exporter.'],
    [403, 'not allowed to write'],
    [404, 'OTLP over HTTP is mostly taken at /v1/traces.'],
    [405, 'What is there takes no POST.'],
    [413, 'Set limits.attributeValueLength'],
    [415, 'Try protocol "http/protobuf" or "http/json".'],
    [429, 'Lower the sampling ratio'],
    [500, 'its log tells more'],
    [502, 'A proxy in between'],
    [503, 'The backend is not ready'],
    [504, 'A proxy in between'],
  ])('of status %i', async (status, hint) => {
    const port = await web((_, response) => response.writeHead(status).end());
    const { line, failed } = await heard(otlp('http/protobuf', `http://127.0.0.1:${port}`));
    expect(line).toContain(`: HTTP ${status} `);
    expect(line).toContain(hint);
    expect(failed).toBe(1);
  });

  it.each([
    [7, 'not allowed to write'],
    [8, 'Lower the sampling ratio'],
    [12, 'no OTLP trace service'],
    [16, 'Check the headers of the exporter.'],
  ])('of gRPC status %i', async (status, hint) => {
    const receiver = await started(startOtlpGrpcReceiver());
    await receiver.behave({ kind: 'status', status, message: 'no' });
    expect((await heard(otlp('grpc', receiver.url))).line).toContain(hint);
  });

  it.each([...HTTP, 'zipkin'] as const)('that is a web page (%s)', async (protocol) => {
    const port = await web((_, response) =>
      response
        .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
        .end('<!doctype html><title>Log in</title>'),
    );
    const url = `http://127.0.0.1:${port}/v1/traces`;
    const { line, exported, failed } = await heard(
      protocol === 'zipkin' ? zipkin(url) : otlp(protocol, url),
    );
    expect(line).toContain(': HTTP 200 with a web page. That is a web application');
    expect({ exported, failed }).toEqual({ exported: 0, failed: 1 });
  });

  it('that is a web page and does not say so', async () => {
    const port = await web((_, response) => response.writeHead(200).end('\n<HTML><body>Hi'));
    const { failed } = await heard(otlp('http/protobuf', `http://127.0.0.1:${port}`));
    expect(failed).toBe(1);
  });

  it.each([
    ['text/plain', 'OK'],
    ['application/x-protobuf', Buffer.alloc(64, 0xff)],
    ['application/json', 'true'],
  ])('that is something else, and counts as taken (%s)', async (type, body) => {
    const port = await web((_, response) =>
      response.writeHead(200, { 'content-type': type }).end(body),
    );
    const { line, exported } = await heard(otlp('http/protobuf', `http://127.0.0.1:${port}`));
    expect(line).toContain('takes the spans, but does not answer as such a backend does.');
    expect(exported).toBe(1);
  });

  it.each([
    [200, 'application/x-protobuf', ''],
    [200, 'application/json', '{}'],
    [202, 'text/plain', ''],
    [204, '', ''],
  ])('is silent about %i %s %s', async (status, type, body) => {
    const port = await web((_, response) =>
      response.writeHead(status, { 'content-type': type }).end(body),
    );
    const { line, exported } = await heard(otlp('http/protobuf', `http://127.0.0.1:${port}`));
    expect({ line, exported }).toEqual({ line: '', exported: 1 });
  });
});

it('shows no credentials', async () => {
  const { line } = await heard(
    otlp('http/protobuf', 'http://user:geheim@127.0.0.1:1/?token=geheim'),
  );
  expect(line).toContain('http://REDACTED:REDACTED@127.0.0.1:1/');
  expect(line).not.toContain('geheim');
});
