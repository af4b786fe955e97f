import * as grpc from '@grpc/grpc-js';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedOtlpExporter } from '../../../../../libs/nestrace/src/config/otlp-exporter.options.js';
import { GrpcTransport } from '../../../../../libs/nestrace/src/pipeline/exporters/otlp/grpc.transport.js';
import { OTLP_USER_AGENT } from '../../../../../libs/nestrace/src/pipeline/exporters/otlp/user-agent.js';
import type { SendResult } from '../../../../../libs/nestrace/src/pipeline/exporters/transport.js';
import { ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import { exportHint } from '../../../../../libs/nestrace/src/pipeline/exporters/export-hint.js';
import {
  makeCertificates,
  type Certificates,
} from '../../../../support/receivers/certificate-authority.js';
import { startOtlpGrpcReceiver } from '../../../../support/receivers/otlp-grpc.receiver.js';
import { startOtlpHttpReceiver } from '../../../../support/receivers/otlp-http.receiver.js';
import type { OtlpSpan } from '../../../../support/receivers/otlp-span.js';
import type { Receiver, ReceiverTls } from '../../../../support/receivers/receiver.js';
import { recordSpans } from '../../../../support/recorded-spans.js';
import { waitUntil } from '../../../../support/wait-until.js';

/** Long enough that nothing of these tests ever waits for it. */
const PATIENT_MS = 30_000;

const BODY =
  ProtobufTraceSerializer.serializeRequest(
    recordSpans((tracer) => {
      for (let count = 0; count < 20; count++) tracer.startSpan('a span like all others').end();
    }),
  ) ?? new Uint8Array();

const open: { close(): void | Promise<void> }[] = [];

function transportTo(endpoint: string, options: Partial<ResolvedOtlpExporter> = {}): GrpcTransport {
  const transport = new GrpcTransport(grpc, {
    type: 'otlp',
    name: 'otlp',
    protocol: 'grpc',
    endpoint,
    headers: {},
    timeoutMs: PATIENT_MS,
    compression: 'none',
    tls: { ca: undefined, cert: undefined, key: undefined, insecure: false },
    ...options,
  });
  open.push(transport);
  return transport;
}

const tls = (options: Partial<ResolvedOtlpExporter['tls']>): ResolvedOtlpExporter['tls'] => ({
  ca: undefined,
  cert: undefined,
  key: undefined,
  insecure: false,
  ...options,
});

/** What a result says, as far as somebody acts on it. */
function factsOf(result: SendResult): unknown {
  if (result.outcome === 'ok') return { outcome: 'ok' };
  const { outcome, error } = result;
  const { speaks: _, port: __, ...known } = error.facts;
  const facts = Object.fromEntries(
    Object.entries(known).filter(([, value]) => value !== undefined),
  );
  return { outcome, message: error.message, ...facts };
}

let receiver: Receiver<OtlpSpan>;

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => {
  context.disable();
});

beforeEach(async () => {
  receiver = await startOtlpGrpcReceiver();
});

afterEach(async () => {
  for (const item of open.splice(0)) await item.close();
  await receiver.close();
});

describe('GrpcTransport', () => {
  it('calls the trace service with the bytes as they are', async () => {
    expect(factsOf(await transportTo(receiver.url).send(BODY, PATIENT_MS))).toEqual({
      outcome: 'ok',
    });
    expect(receiver.requests).toHaveLength(1);
    const [request] = receiver.requests;
    expect(request?.path).toBe('/opentelemetry.proto.collector.trace.v1.TraceService/Export');
    expect(request?.body).toEqual(Buffer.from(BODY));
    expect(receiver.spans()).toHaveLength(20);
  });

  it('hands the answer back', async () => {
    await receiver.behave({ kind: 'partial', rejected: 2, message: 'too old' });
    const result = await transportTo(receiver.url).send(BODY, PATIENT_MS);
    expect(result.outcome === 'ok' && Buffer.from(result.body).toString()).toContain('too old');
  });

  it('sends its headers as metadata and says who it is', async () => {
    const headers = { 'X-Api-Key': 'secret', tenant: 'orders' };
    await transportTo(receiver.url, { headers }).send(BODY, PATIENT_MS);
    expect(receiver.requests[0]?.headers).toEqual({
      'x-api-key': 'secret',
      tenant: 'orders',
      'user-agent': expect.stringContaining(OTLP_USER_AGENT),
    });
  });

  it('compresses with gzip', async () => {
    await transportTo(receiver.url, { compression: 'gzip' }).send(BODY, PATIENT_MS);
    expect(receiver.requests[0]?.body).toEqual(Buffer.from(BODY));
    expect(receiver.bytesReceived).toBeLessThan(BODY.length);
  });

  it('does not compress when it is not told to', async () => {
    await transportTo(receiver.url).send(BODY, PATIENT_MS);
    expect(receiver.bytesReceived).toBeGreaterThan(BODY.length);
  });

  it('uses one connection for everything', async () => {
    const transport = transportTo(receiver.url);
    await transport.send(BODY, PATIENT_MS);
    await Promise.all([1, 2, 3].map(() => transport.send(BODY, PATIENT_MS)));
    expect(receiver.requests).toHaveLength(4);
    expect(receiver.connections).toBe(1);
  });

  it.each([
    ['host and port', (url: string) => url.replace('http://', ''), true],
    ['a URL with a path', (url: string) => `${url}/v1/traces`, false],
    ['a name in capital letters', (url: string) => url.replace('http://', 'HTTP://'), false],
    ['a name to be looked up', (url: string) => url.replace('127.0.0.1', 'localhost'), false],
  ])('takes %s for an endpoint', async (_, endpoint, insecure) => {
    const transport = transportTo(endpoint(receiver.url), { tls: tls({ insecure }) });
    expect(await transport.send(BODY, PATIENT_MS)).toMatchObject({ outcome: 'ok' });
  });

  it.each([
    ['CANCELLED', 1, true],
    ['UNKNOWN', 2, false],
    ['INVALID_ARGUMENT', 3, false],
    ['DEADLINE_EXCEEDED', 4, true],
    ['NOT_FOUND', 5, false],
    ['ALREADY_EXISTS', 6, false],
    ['PERMISSION_DENIED', 7, false],
    ['RESOURCE_EXHAUSTED', 8, false],
    ['FAILED_PRECONDITION', 9, false],
    ['ABORTED', 10, true],
    ['OUT_OF_RANGE', 11, true],
    ['UNIMPLEMENTED', 12, false],
    ['INTERNAL', 13, false],
    ['UNAVAILABLE', 14, true],
    ['DATA_LOSS', 15, true],
    ['UNAUTHENTICATED', 16, false],
  ])('tells by %s whether another attempt makes sense', async (name, status, mayPass) => {
    await receiver.behave({ kind: 'status', status, message: 'not today' });
    const result = await transportTo(receiver.url).send(BODY, PATIENT_MS);
    expect(factsOf(result)).toEqual({
      outcome: mayPass ? 'retry' : 'failed',
      grpcStatus: status,
      message: 'not today',
    });
    expect(grpc.status[status]).toBe(name);
  });

  it.each([
    [8, 'RESOURCE_EXHAUSTED'],
    [14, 'UNAVAILABLE'],
  ])('hears from %i %s when to come back', async (status) => {
    await receiver.behave({ kind: 'status', status, retryAfter: '2.5' });
    const result = await transportTo(receiver.url).send(BODY, PATIENT_MS);
    expect(result).toMatchObject({ outcome: 'retry', afterMs: 2500 });
  });

  it('learns that a request is too large, in the words of several servers', async () => {
    const size = BODY.length;
    for (const message of [
      `grpc: received message larger than max (${size} vs. 100)`,
      `Received message larger than max (${size} vs. 100)`,
      `gRPC message exceeds maximum size 100: ${size}`,
    ]) {
      await receiver.behave({ kind: 'status', status: 8, message });
      const result = await transportTo(receiver.url).send(BODY, PATIENT_MS);
      expect(factsOf(result)).toMatchObject({ outcome: 'failed', code: 'ETOOLARGE', message });
    }
  });

  it('does not take an answer that is too large for a request that is', async () => {
    await receiver.behave({ kind: 'huge' });
    const result = await transportTo(receiver.url).send(BODY, PATIENT_MS);
    expect(factsOf(result)).toMatchObject({ outcome: 'failed', grpcStatus: 8 });
    expect(factsOf(result)).not.toHaveProperty('code');
  });

  it('finds a backend that is back at once, however often it was away before', async () => {
    const transport = transportTo(receiver.url);
    await receiver.behave({ kind: 'refuse' });
    for (let count = 0; count < 5; count++) {
      expect(await transport.send(BODY, PATIENT_MS)).toMatchObject({ outcome: 'retry' });
    }
    await receiver.behave({ kind: 'ok' });
    expect(await transport.send(BODY, PATIENT_MS)).toMatchObject({ outcome: 'ok' });
  });

  it('has a message where the backend gives none', async () => {
    await receiver.behave({ kind: 'status', status: 7 });
    const result = await transportTo(receiver.url).send(BODY, PATIENT_MS);
    expect(factsOf(result)).toMatchObject({
      message: expect.stringContaining('PERMISSION_DENIED'),
    });
  });

  describe('a backend that does not answer', () => {
    it('may come back when nobody listens', async () => {
      await receiver.behave({ kind: 'refuse' });
      const result = await transportTo(receiver.url).send(BODY, PATIENT_MS);
      expect(factsOf(result)).toMatchObject({
        outcome: 'retry',
        grpcStatus: 14,
        code: 'ECONNREFUSED',
      });
    });

    it.each(['hang', 'silent'] as const)('has failed when its time is up (%s)', async (kind) => {
      await receiver.behave({ kind });
      const result = await transportTo(receiver.url).send(BODY, 100);
      expect(factsOf(result)).toMatchObject({ outcome: 'retry', grpcStatus: 4 });
    });

    it('may come back when the connection breaks', async () => {
      await receiver.behave({ kind: 'cut' });
      const result = await transportTo(receiver.url).send(BODY, PATIENT_MS);
      expect(factsOf(result)).toMatchObject({ outcome: 'retry' });
    });

    it('is found again when it listens again', async () => {
      const transport = transportTo(receiver.url);
      await transport.send(BODY, PATIENT_MS);
      await receiver.behave({ kind: 'refuse' });
      expect(await transport.send(BODY, PATIENT_MS)).toMatchObject({ outcome: 'retry' });
      await receiver.behave({ kind: 'ok' });
      const answers = [];
      const deadline = Date.now() + 10_000;
      do {
        answers.push((await transport.send(BODY, PATIENT_MS)).outcome);
      } while (answers.at(-1) !== 'ok' && Date.now() < deadline);
      expect(answers.at(-1)).toBe('ok');
    });

    it('gets a new connection after three calls without an answer', async () => {
      const transport = transportTo(receiver.url);
      await receiver.behave({ kind: 'hang' });
      for (let count = 0; count < 3; count++) await transport.send(BODY, 50);
      expect(receiver.connections).toBe(1);
      await receiver.behave({ kind: 'ok' });
      expect(await transport.send(BODY, PATIENT_MS)).toMatchObject({ outcome: 'ok' });
      expect(receiver.connections).toBe(2);
    });

    it('does not collect connections while it says nothing', async () => {
      await receiver.behave({ kind: 'silent' });
      const transport = transportTo(receiver.url);
      for (let count = 0; count < 9; count++) await transport.send(BODY, 50);
      expect(receiver.connections).toBe(3);
      await waitUntil(() => receiver.openConnections === 0, 'all connections are closed');
    });

    it('keeps its connection when only some calls go without an answer', async () => {
      const transport = transportTo(receiver.url);
      for (let round = 0; round < 2; round++) {
        await receiver.behave({ kind: 'hang' });
        for (let count = 0; count < 2; count++) await transport.send(BODY, 50);
        await receiver.behave({ kind: 'ok' });
        await transport.send(BODY, PATIENT_MS);
      }
      expect(receiver.connections).toBe(1);
    });
  });

  describe('once closed', () => {
    it.each(['hang', 'silent'] as const)('cuts off what is under way (%s)', async (kind) => {
      await receiver.behave({ kind });
      const transport = transportTo(receiver.url);
      const results = [transport.send(BODY, PATIENT_MS), transport.send(BODY, PATIENT_MS)];
      await waitUntil(
        () => (kind === 'silent' ? receiver.connections === 1 : receiver.requests.length === 2),
        'the calls are under way',
      );

      transport.close();

      for (const result of await Promise.all(results)) {
        expect(factsOf(result)).toMatchObject({ outcome: 'failed', code: 'ECLOSED' });
      }
    });

    it('sends nothing any more', async () => {
      const transport = transportTo(receiver.url);
      transport.close();
      expect(factsOf(await transport.send(BODY, PATIENT_MS))).toMatchObject({
        outcome: 'failed',
        code: 'ECLOSED',
      });
      expect(receiver.connections).toBe(0);
    });

    it.each([
      ['ok', 'http:'],
      ['hang', 'http:'],
      ['silent', 'http:'],
      ['silent', 'https:'],
    ] as const)('leaves no connection open (%s, %s)', async (kind, protocol) => {
      await receiver.behave({ kind });
      const transport = transportTo(receiver.url.replace('http:', protocol));
      const sending = transport.send(BODY, PATIENT_MS);
      await waitUntil(() => receiver.connections === 1, 'the call is under way');
      if (kind === 'ok') await sending;

      transport.close();

      expect((await sending).outcome).toBe(kind === 'ok' ? 'ok' : 'failed');
      await waitUntil(() => receiver.openConnections === 0, 'all connections are closed');
    });
  });

  describe('never rejects', () => {
    it('when a certificate cannot be read', async () => {
      const transport = transportTo(receiver.url.replace('http:', 'https:'), {
        tls: tls({ cert: 'no certificate', key: 'no key' }),
      });
      expect(factsOf(await transport.send(BODY, PATIENT_MS))).toMatchObject({ outcome: 'failed' });
    });

    it('when a certificate comes without its key', async () => {
      const transport = transportTo(receiver.url.replace('http:', 'https:'), {
        tls: tls({ cert: 'no certificate' }),
      });
      expect(factsOf(await transport.send(BODY, PATIENT_MS))).toMatchObject({ outcome: 'failed' });
    });
  });
});

describe('GrpcTransport over TLS', () => {
  let certificates: Certificates;
  let secure: Receiver<OtlpSpan>;

  beforeAll(() => {
    certificates = makeCertificates();
  });
  afterAll(() => {
    certificates.remove();
  });

  const startSecure = async (options: Partial<ReceiverTls> = {}): Promise<void> => {
    secure = await startOtlpGrpcReceiver({ ...certificates.server, ...options });
    open.push(secure);
  };

  it('trusts the given authority', async () => {
    await startSecure();
    const transport = transportTo(secure.url, { tls: tls({ ca: certificates.ca }) });
    expect(await transport.send(BODY, PATIENT_MS)).toMatchObject({ outcome: 'ok' });
    expect(secure.spans()).toHaveLength(20);
  });

  it('is what an endpoint without a scheme gets, unless it is told to be insecure', async () => {
    await startSecure();
    const endpoint = secure.url.replace('https://', '');
    const trusting = transportTo(endpoint, { tls: tls({ ca: certificates.ca }) });
    expect(await trusting.send(BODY, PATIENT_MS)).toMatchObject({ outcome: 'ok' });
    const insecure = transportTo(endpoint, { tls: tls({ ca: certificates.ca, insecure: true }) });
    expect((await insecure.send(BODY, 1000)).outcome).not.toBe('ok');
  });

  it('is not turned off by "insecure" where the endpoint says https', async () => {
    await startSecure();
    const options = { tls: tls({ ca: certificates.ca, insecure: true }) };
    expect(await transportTo(secure.url, options).send(BODY, PATIENT_MS)).toMatchObject({
      outcome: 'ok',
    });
  });

  it.each([
    ['no authority', () => ({}), () => ({})],
    ['another authority', () => ({ ca: certificates.stranger.ca }), () => ({})],
    ['the name of another host', () => ({ ca: certificates.ca }), () => certificates.elsewhere],
  ])('sends nothing to a server it cannot trust (%s)', async (_, own, theirs) => {
    await startSecure(theirs());
    const result = await transportTo(secure.url, { tls: tls(own()) }).send(BODY, PATIENT_MS);
    expect(factsOf(result)).toMatchObject({ grpcStatus: 14 });
    expect(secure.requests).toEqual([]);
    // Nobody must be sent looking for a collector that does not run.
    expect(result.outcome !== 'ok' && exportHint(result.error)).toMatch(/certificate/);
  });

  it('shows its own certificate', async () => {
    await startSecure({ clientCa: certificates.ca });
    const options = { tls: tls({ ca: certificates.ca, ...certificates.client }) };
    expect(await transportTo(secure.url, options).send(BODY, PATIENT_MS)).toMatchObject({
      outcome: 'ok',
    });
    expect(secure.requests[0]?.clientName).toBe('orders');
  });

  it.each([
    ['none', () => ({})],
    ['one of a stranger', () => certificates.stranger],
  ])('is refused where a certificate is asked for and it has %s', async (_, own) => {
    await startSecure({ clientCa: certificates.ca });
    const options = { tls: tls({ ...own(), ca: certificates.ca }) };
    expect((await transportTo(secure.url, options).send(BODY, PATIENT_MS)).outcome).not.toBe('ok');
    expect(secure.requests).toEqual([]);
  });
});

describe('GrpcTransport at a port that speaks HTTP/1.1', () => {
  it('fails with a hint at the protocol', async () => {
    const other = await startOtlpHttpReceiver();
    open.push(other);
    const result = await transportTo(new URL(other.url).origin).send(BODY, 2000);
    expect(result.outcome).not.toBe('ok');
    expect(result.outcome !== 'ok' && exportHint(result.error)).toContain('http/protobuf');
  });
});
