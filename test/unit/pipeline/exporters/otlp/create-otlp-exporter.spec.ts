import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedOtlpExporter } from '../../../../../libs/nestrace/src/config/otlp-exporter.options.js';
import type { ExportError } from '../../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { createOtlpExporter } from '../../../../../libs/nestrace/src/pipeline/exporters/otlp/create-otlp-exporter.js';
import { VERSION } from '../../../../../libs/nestrace/src/version.js';
import { expectedOtlpSpan } from '../../../../support/receivers/expected-otlp-span.js';
import { startOtlpGrpcReceiver } from '../../../../support/receivers/otlp-grpc.receiver.js';
import { startOtlpHttpReceiver } from '../../../../support/receivers/otlp-http.receiver.js';
import type { OtlpSpan } from '../../../../support/receivers/otlp-span.js';
import type { Receiver } from '../../../../support/receivers/receiver.js';
import { recordSpans } from '../../../../support/recorded-spans.js';
import { waitUntil } from '../../../../support/wait-until.js';
import { retryTerms } from '../../../support/retry-terms.js';

const PROTOCOLS = [
  ['grpc', startOtlpGrpcReceiver, 14],
  ['http/protobuf', startOtlpHttpReceiver, 503],
  ['http/json', startOtlpHttpReceiver, 503],
] as const;

const spansNamed = (...names: string[]): ReadableSpan[] =>
  recordSpans((tracer) => {
    for (const name of names) tracer.startSpan(name, { attributes: { name } }).end();
  });

function exportWith(exporter: SpanExporter, spans: ReadableSpan[]): Promise<ExportResult> {
  return new Promise((resolve) => {
    exporter.export(spans, resolve);
  });
}

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(() => {
  context.disable();
});

describe.each(PROTOCOLS)('an OTLP exporter over %s', (protocol, startReceiver, unavailable) => {
  let receiver: Receiver<OtlpSpan>;
  const exporters: SpanExporter[] = [];
  const failures: ExportError[] = [];

  beforeEach(async () => {
    receiver = await startReceiver();
    failures.length = 0;
  });
  afterEach(async () => {
    for (const exporter of exporters.splice(0)) await exporter.shutdown();
    await receiver.close();
  });

  const create = async (options: Partial<ResolvedOtlpExporter> = {}): Promise<SpanExporter> => {
    const exporter = await createOtlpExporter(
      {
        type: 'otlp',
        name: 'otlp',
        protocol,
        endpoint: receiver.url,
        headers: {},
        timeoutMs: 30_000,
        compression: 'none',
        tls: { ca: undefined, cert: undefined, key: undefined, insecure: false },
        ...options,
      },
      retryTerms({ onAttemptFailed: (error) => failures.push(error) }),
    );
    exporters.push(exporter);
    return exporter;
  };

  it('delivers spans', async () => {
    const spans = spansNamed('one', 'two');
    expect(await exportWith(await create(), spans)).toEqual({ code: ExportResultCode.SUCCESS });
    expect(receiver.spans()).toEqual(spans.map(expectedOtlpSpan));
  });

  it('delivers spans compressed', async () => {
    const spans = spansNamed(...Array.from({ length: 100 }, (_, index) => `span ${index}`));
    const exporter = await create({ compression: 'gzip' });
    expect(await exportWith(exporter, spans)).toEqual({ code: ExportResultCode.SUCCESS });
    expect(receiver.spans()).toEqual(spans.map(expectedOtlpSpan));
    const plain = await startReceiver();
    await exportWith(await create({ endpoint: plain.url }), spans);
    expect(receiver.bytesReceived).toBeLessThan(plain.bytesReceived / 2);
    await plain.close();
  });

  it('says who it is, after the rule of the specification', async () => {
    await exportWith(await create(), spansNamed('one'));
    expect(receiver.requests[0]?.headers['user-agent']).toMatch(
      new RegExp(`^OTel-OTLP-Exporter-JavaScript/nestrace-${VERSION}( |$)`),
    );
  });

  it('sends the given headers', async () => {
    const headers = { authorization: 'Bearer secret', 'x-tenant': 'orders' };
    await exportWith(await create({ headers }), spansNamed('one'));
    expect(receiver.requests[0]?.headers).toMatchObject(headers);
  });

  it('tells how many spans the backend threw away', async () => {
    await receiver.behave({ kind: 'partial', rejected: 1, message: 'one is too old' });
    const result = await exportWith(await create(), spansNamed('one', 'two'));
    expect(result.code).toBe(ExportResultCode.SUCCESS);
    expect(result.error).toMatchObject({ rejectedSpans: 1, message: 'one is too old' });
  });

  it('takes an answer nobody can read for success', async () => {
    await receiver.behave({ kind: 'garbage' });
    expect(await exportWith(await create(), spansNamed('one'))).toEqual({
      code: ExportResultCode.SUCCESS,
    });
  });

  it('tries again after a failure that passes, and tells about it', async () => {
    await receiver.behave({ kind: 'status', status: unavailable }, { kind: 'ok' });
    const spans = spansNamed('one');
    expect(await exportWith(await create(), spans)).toEqual({ code: ExportResultCode.SUCCESS });
    expect(receiver.requests.map(({ answered }) => answered)).toEqual(['status', 'ok']);
    expect(receiver.spans()).toEqual(spans.map(expectedOtlpSpan));
    expect(failures).toHaveLength(1);
  });

  it('gives up when its time is over', async () => {
    await receiver.behave({ kind: 'hang' });
    const result = await exportWith(await create({ timeoutMs: 100 }), spansNamed('one'));
    expect(result.code).toBe(ExportResultCode.FAILED);
    expect(receiver.requests).toHaveLength(1);
  });

  it('fails at once when it is shut down', async () => {
    await receiver.behave({ kind: 'hang' });
    const exporter = await create();
    const result = exportWith(exporter, spansNamed('one'));
    await waitUntil(() => receiver.requests.length === 1, 'the request has arrived');
    await exporter.shutdown();
    expect((await result).code).toBe(ExportResultCode.FAILED);
  });
});

describe('an OTLP exporter over HTTP', () => {
  it('names the encoding, whatever the headers say', async () => {
    expect(await send('http/protobuf', {})).toMatchObject({
      'content-type': 'application/x-protobuf',
    });
    expect(await send('http/json', { 'Content-Type': 'text/plain' })).toMatchObject({
      'content-type': 'application/json',
    });
  });

  it('lets the headers give another user agent', async () => {
    expect(await send('http/json', { 'User-Agent': 'orders/1' })).toMatchObject({
      'user-agent': 'orders/1',
    });
  });
});

/** Headers of an export, as they arrive. */
async function send(
  protocol: 'http/protobuf' | 'http/json',
  headers: Record<string, string>,
): Promise<Readonly<Record<string, string>> | undefined> {
  const receiver = await startOtlpHttpReceiver();
  const exporter = await createOtlpExporter(
    {
      type: 'otlp',
      name: 'otlp',
      protocol,
      endpoint: receiver.url,
      headers,
      timeoutMs: 30_000,
      compression: 'none',
      tls: { ca: undefined, cert: undefined, key: undefined, insecure: false },
    },
    retryTerms(),
  );
  await exportWith(exporter, spansNamed('one'));
  await exporter.shutdown();
  await receiver.close();
  return receiver.requests[0]?.headers;
}
