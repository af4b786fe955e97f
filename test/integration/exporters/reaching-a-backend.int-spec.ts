import { InMemorySpanExporter } from '@opentelemetry/sdk-trace';
import { OtelConfigError, type ExporterInput, type OtelModuleOptions } from 'nestrace';
import { InMemoryTelemetry } from 'nestrace/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { startApp, type RunningApp } from '../../support/apps.js';
import { call } from '../../support/client.js';
import { CollectedLog } from '../../support/collected-log.js';
import { startEchoServer, type EchoServer } from '../../support/echo-server.js';
import {
  makeCertificates,
  type Certificates,
} from '../../support/receivers/certificate-authority.js';
import { startOtlpGrpcReceiver } from '../../support/receivers/otlp-grpc.receiver.js';
import { startOtlpHttpReceiver } from '../../support/receivers/otlp-http.receiver.js';
import type { OtlpSpan } from '../../support/receivers/otlp-span.js';
import type { Receiver, ReceiverTls } from '../../support/receivers/receiver.js';
import { startZipkinReceiver } from '../../support/receivers/zipkin.receiver.js';
import { waitUntil } from '../../support/wait-until.js';
import { Kitchen, SPANS_OF_AN_ORDER } from './kitchen.js';

let echo: EchoServer;
let app: RunningApp | undefined;
let log: CollectedLog;
const receivers: Receiver<unknown>[] = [];

beforeAll(async () => {
  echo = await startEchoServer();
});
afterAll(async () => {
  await echo.close();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await app?.close();
  app = undefined;
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function started<S>(receiver: Promise<Receiver<S>>): Promise<Receiver<S>> {
  receivers.push(await receiver);
  return receiver;
}

async function start(options: OtelModuleOptions): Promise<RunningApp> {
  log = new CollectedLog();
  app = await startApp(Kitchen.tracing(options, `http://127.0.0.1:${echo.port}`), undefined, {
    logger: log,
  });
  return app;
}

/** Serves one order and ends, so that everything has been delivered. */
async function order(options: OtelModuleOptions): Promise<void> {
  const { url, close } = await start(options);
  expect(await call(`${url}/orders/7`)).toMatchObject({ status: 200 });
  await close();
}

const target = (receiver: Receiver<unknown>): string => new URL(receiver.url).host;

const PROTOCOLS = [
  ['grpc', startOtlpGrpcReceiver],
  ['http/protobuf', startOtlpHttpReceiver],
  ['http/json', startOtlpHttpReceiver],
] as const;

describe.each(PROTOCOLS)('OTLP over %s', (protocol, startReceiver) => {
  it('carries the given headers, and who sends it', async () => {
    const receiver = await started(startReceiver());
    await order({
      exporters: {
        type: 'otlp',
        protocol,
        endpoint: receiver.url,
        headers: { authorization: 'Bearer secret', 'X-Tenant': 'orders' },
      },
    });
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(receiver.requests[0]?.headers).toMatchObject({
      authorization: 'Bearer secret',
      'x-tenant': 'orders',
      'user-agent': expect.stringMatching(/^OTel-OTLP-Exporter-JavaScript\/nestrace-\d+\.\d+\.\d+/),
    });
  });

  it('compresses when it is told to', async () => {
    const [zipped, plain] = [await started(startReceiver()), await started(startReceiver())];
    await order({
      exporters: [
        { type: 'otlp', protocol, endpoint: zipped.url, compression: 'gzip' },
        { type: 'otlp', protocol, endpoint: plain.url },
      ],
    });
    expect(zipped.spans()).toEqual(plain.spans());
    expect(zipped.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(zipped.bytesReceived).toBeLessThan(plain.bytesReceived);
  });

  it('sends every span at once when it is told to be simple', async () => {
    const receiver = await started(startReceiver());
    const { url } = await start({
      exporters: { type: 'otlp', protocol, endpoint: receiver.url },
      processor: 'simple',
      batch: { scheduledDelayMs: 3_600_000 },
    });
    await call(`${url}/orders/7`);
    await waitUntil(() => receiver.spans().length === SPANS_OF_AN_ORDER, 'all spans have arrived');
    expect(receiver.requests).toHaveLength(SPANS_OF_AN_ORDER);
  });

  it('is not traced itself', async () => {
    const receiver = await started(startReceiver());
    const telemetry = new InMemoryTelemetry();
    const { url, close } = await start({
      exporters: { type: 'otlp', protocol, endpoint: receiver.url },
      processor: 'simple',
      processors: [telemetry],
    });
    await call(`${url}/orders/7`);
    await waitUntil(() => receiver.spans().length >= SPANS_OF_AN_ORDER, 'all spans have arrived');
    await close();
    expect(telemetry.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    for (const { headers } of receiver.requests) expect(headers).not.toHaveProperty('traceparent');
  });
});

describe('Zipkin', () => {
  it('gets the given headers, and is not traced itself', async () => {
    const receiver = await started(startZipkinReceiver());
    const telemetry = new InMemoryTelemetry();
    await order({
      exporters: { type: 'zipkin', endpoint: receiver.url, headers: { 'x-tenant': 'orders' } },
      processor: 'simple',
      processors: [telemetry],
    });
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(telemetry.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    for (const { headers } of receiver.requests) {
      expect(headers).toMatchObject({ 'x-tenant': 'orders', 'content-type': 'application/json' });
      expect(headers).not.toHaveProperty('traceparent');
    }
  });
});

describe.each([
  ['grpc', startOtlpGrpcReceiver],
  ['http/protobuf', startOtlpHttpReceiver],
] as const)('TLS over %s', (protocol, startReceiver) => {
  let certificates: Certificates;

  beforeAll(() => {
    certificates = makeCertificates();
  });
  afterAll(() => {
    certificates.remove();
  });

  const startSecure = (options: Partial<ReceiverTls> = {}): Promise<Receiver<OtlpSpan>> =>
    started(startReceiver({ ...certificates.server, ...options }));

  it('trusts an authority given as text, or as a file', async () => {
    for (const ca of [certificates.ca, certificates.asFile('ca.pem', certificates.ca)]) {
      const receiver = await startSecure();
      await order({ exporters: { type: 'otlp', protocol, endpoint: receiver.url, tls: { ca } } });
      expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    }
  });

  it('sends nothing to a backend it does not know, and says what to do', async () => {
    const receiver = await startSecure();
    await order({
      exporters: { type: 'otlp', protocol, endpoint: receiver.url },
      shutdown: { timeoutMs: 300 },
    });
    expect(receiver.requests).toEqual([]);
    expect(log.troubles[0]).toMatch(
      /cannot be delivered to otlp .*: unable to verify the first certificate(?:; if the root CA is installed locally, try running Node\.js with --use-system-ca)?\. The certificate is not trusted\. Name its authority in tls\.ca\./,
    );
  });

  it('shows its own certificate', async () => {
    const receiver = await startSecure({ clientCa: certificates.ca });
    const { cert, key } = certificates.client;
    await order({
      exporters: {
        type: 'otlp',
        protocol,
        endpoint: receiver.url,
        tls: { ca: certificates.ca, cert: certificates.asFile('client.pem', cert), key },
      },
    });
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(receiver.requests[0]?.clientName).toBe('orders');
  });

  it('takes its certificates from the environment', async () => {
    const receiver = await startSecure({ clientCa: certificates.ca });
    const { cert, key } = certificates.client;
    vi.stubEnv('OTEL_EXPORTER_OTLP_CERTIFICATE', certificates.asFile('ca.pem', certificates.ca));
    vi.stubEnv('OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE', certificates.asFile('client.pem', cert));
    vi.stubEnv('OTEL_EXPORTER_OTLP_CLIENT_KEY', certificates.asFile('client.key', key));
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', protocol);
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', receiver.url);
    await order({});
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(receiver.requests[0]?.clientName).toBe('orders');
  });

  it('harms nobody with certificates that cannot be used', async () => {
    const receiver = await startSecure();
    await order({
      exporters: {
        type: 'otlp',
        protocol,
        endpoint: receiver.url,
        tls: {
          ca: certificates.ca,
          cert: certificates.client.cert,
          key: certificates.stranger.key,
        },
      },
    });
    expect(receiver.requests).toEqual([]);
    expect(log.troubles).toEqual([expect.stringContaining('cannot be delivered to otlp')]);
  });
});

describe('an endpoint', () => {
  it('of gRPC without a scheme talks TLS, unless it is told to be insecure', async () => {
    const receiver = await started(startOtlpGrpcReceiver());
    const exporter = { type: 'otlp', endpoint: target(receiver) } as const;
    await order({ exporters: exporter, shutdown: { timeoutMs: 300 } });
    expect(receiver.spans()).toEqual([]);

    await order({ exporters: { ...exporter, tls: { insecure: true } } });
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);

    receiver.clear();
    vi.stubEnv('OTEL_EXPORTER_OTLP_INSECURE', 'true');
    await order({ exporters: exporter });
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
  });

  it.each([
    ['http://HOST', '/v1/traces'],
    ['http://HOST/', '/v1/traces'],
    ['http://HOST/v1/traces', '/v1/traces'],
    ['http://HOST/otlp', '/otlp/v1/traces'],
    ['http://HOST/otlp/', '/otlp/v1/traces'],
    ['http://HOST/ingest/traces', '/ingest/traces'],
    ['http://HOST/otlp?key=1', '/otlp/v1/traces'],
  ])('of HTTP given as %s posts to %s', async (endpoint, path) => {
    const receiver = await started(startOtlpHttpReceiver(undefined, path));
    await order({
      exporters: {
        type: 'otlp',
        protocol: 'http/protobuf',
        endpoint: endpoint.replace('HOST', target(receiver)),
      },
    });
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(receiver.requests[0]?.path).toBe(endpoint.includes('?') ? `${path}?key=1` : path);
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', '', '/v1/traces'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', '/base', '/base/v1/traces'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', '/v1/traces', '/v1/traces'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', '/exactly/here', '/exactly/here'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', '', '/'],
  ])('from %s with the path "%s" posts to %s', async (variable, given, path) => {
    const receiver = await started(startOtlpHttpReceiver(undefined, path));
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf');
    vi.stubEnv(variable, `http://${target(receiver)}${given}`);
    await order({});
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
  });

  it('of Zipkin comes from the environment too', async () => {
    const receiver = await started(startZipkinReceiver());
    vi.stubEnv('OTEL_TRACES_EXPORTER', 'zipkin');
    vi.stubEnv('OTEL_EXPORTER_ZIPKIN_ENDPOINT', receiver.url);
    await order({});
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
  });
});

describe('the environment', () => {
  it('chooses exporters, any number at once', async () => {
    const [otlp, zipkin] = [
      await started(startOtlpHttpReceiver()),
      await started(startZipkinReceiver()),
    ];
    vi.stubEnv('OTEL_TRACES_EXPORTER', 'zipkin, otlp');
    vi.stubEnv('OTEL_EXPORTER_ZIPKIN_ENDPOINT', zipkin.url);
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', otlp.url);
    await order({});
    expect(otlp.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(zipkin.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(otlp.requests[0]?.headers['content-type']).toBe('application/json');
  });

  it('can turn all exporters off', async () => {
    const receiver = await started(startOtlpHttpReceiver());
    vi.stubEnv('OTEL_TRACES_EXPORTER', 'none');
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf');
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
    await order({});
    expect(receiver.connections).toBe(0);
    expect(log.lines[0]).toContain('exporters: none');
  });

  it('gives headers and compression, those for traces before the general ones', async () => {
    const receiver = await started(startOtlpHttpReceiver());
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'http/protobuf');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', receiver.url);
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-tenant=nobody');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_HEADERS', 'x-tenant=orders,x-key=a%20b%2Cc');
    vi.stubEnv('OTEL_EXPORTER_OTLP_COMPRESSION', 'gzip');
    await order({});
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(receiver.requests[0]?.headers).toMatchObject({
      'x-tenant': 'orders',
      'x-key': 'a b,c',
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
    });
  });

  it('gives the time for an export', async () => {
    const receiver = await started(startOtlpHttpReceiver());
    await receiver.behave({ kind: 'hang' });
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', receiver.url);
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '150');
    await order({});
    expect(log.troubles).toEqual([expect.stringContaining('no answer within 150 ms')]);
  });

  it('is not asked where the code has spoken, and keeps its credentials to itself', async () => {
    const [chosen, other] = [
      await started(startOtlpHttpReceiver()),
      await started(startOtlpHttpReceiver()),
    ];
    vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc');
    vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', other.url);
    vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'authorization=Bearer secret');
    await order({ exporters: { type: 'otlp', protocol: 'http/json', endpoint: chosen.url } });
    expect(chosen.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(chosen.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(other.connections).toBe(0);
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'carrier-pigeon'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'no equals sign'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'not a name=value'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-key=%D0%BA%D0%BB%D1%8E%D1%87'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'x-key=a%0D%0Ax-evil: 1'],
    ['OTEL_EXPORTER_OTLP_COMPRESSION', 'zstd'],
    ['OTEL_EXPORTER_OTLP_TIMEOUT', 'soon'],
    ['OTEL_EXPORTER_OTLP_CERTIFICATE', '/no/such/file.pem'],
  ])('is warned about and ignored where it makes no sense: %s=%s', async (variable, value) => {
    const receiver = await started(startOtlpGrpcReceiver());
    vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
    vi.stubEnv(variable, value);
    await order({});
    expect(receiver.spans()).toHaveLength(SPANS_OF_AN_ORDER);
    expect(log.troubles).toEqual([expect.stringContaining(variable)]);
    expect(receiver.requests[0]?.headers).not.toHaveProperty('x-evil');
  });
});

describe('options in code', () => {
  it.each<[string, ExporterInput]>([
    ['a path for an endpoint', { type: 'otlp', protocol: 'http/json', endpoint: '/v1/traces' }],
    ['no URL for Zipkin', { type: 'zipkin', endpoint: 'localhost:9411' }],
    ['a header nobody can send', { type: 'otlp', headers: { 'x-key': 'ключ' } }],
    ['a certificate that is not there', { type: 'otlp', tls: { ca: '/no/such/file.pem' } }],
  ])('end the start with an error that names the option: %s', async (_, exporters) => {
    await expect(start({ exporters })).rejects.toThrow(OtelConfigError);
    await expect(start({ exporters })).rejects.toThrow('exporters[0].');
  });

  it('take any exporter the application brings along', async () => {
    const own = new InMemorySpanExporter();
    const names: string[] = [];
    const { url } = await start({ exporters: own, batch: { scheduledDelayMs: 5 } });
    await call(`${url}/orders/7`);
    await waitUntil(() => {
      names.push(...own.getFinishedSpans().map(({ name }) => name));
      return names.length >= SPANS_OF_AN_ORDER;
    }, 'the exporter has the spans');
    expect(names).toContain('GET /orders/:id');
  });
});
