import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ResolvedZipkinExporter } from '../../../../../libs/nestrace/src/config/zipkin-exporter.options.js';
import type { ExportError } from '../../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { createZipkinExporter } from '../../../../../libs/nestrace/src/pipeline/exporters/zipkin/create-zipkin-exporter.js';
import type { Receiver } from '../../../../support/receivers/receiver.js';
import {
  startZipkinReceiver,
  type ReceivedZipkinSpan,
} from '../../../../support/receivers/zipkin.receiver.js';
import { recordSpans } from '../../../../support/recorded-spans.js';
import { waitUntil } from '../../../../support/wait-until.js';
import { retryTerms } from '../../../support/retry-terms.js';

let receiver: Receiver<ReceivedZipkinSpan>;
let exporter: SpanExporter;
const failures: ExportError[] = [];

beforeEach(async () => {
  receiver = await startZipkinReceiver();
  failures.length = 0;
});
afterEach(async () => {
  await exporter.shutdown();
  await receiver.close();
});

function create(options: Partial<ResolvedZipkinExporter> = {}): SpanExporter {
  exporter = createZipkinExporter(
    {
      type: 'zipkin',
      name: 'zipkin',
      endpoint: receiver.url,
      headers: {},
      timeoutMs: 30_000,
      ...options,
    },
    retryTerms({ onAttemptFailed: (error) => failures.push(error) }),
  );
  return exporter;
}

function exportSpans(to: SpanExporter, ...names: string[]): Promise<ExportResult> {
  const spans: ReadableSpan[] = recordSpans((tracer) => {
    for (const name of names) tracer.startSpan(name).end();
  });
  return new Promise((resolve) => {
    to.export(spans, resolve);
  });
}

describe('a Zipkin exporter', () => {
  it('posts spans as JSON, with the given headers', async () => {
    const headers = { 'x-tenant': 'orders' };
    expect(await exportSpans(create({ headers }), 'one', 'two')).toEqual({
      code: ExportResultCode.SUCCESS,
    });
    expect(receiver.spans().map(({ name }) => name)).toEqual(['one', 'two']);
    expect(receiver.requests[0]?.path).toBe('/api/v2/spans');
    expect(receiver.requests[0]?.headers).toMatchObject({
      'x-tenant': 'orders',
      'content-type': 'application/json',
    });
  });

  it('tries again after a failure that passes, and tells about it', async () => {
    await receiver.behave({ kind: 'status', status: 503, retryAfter: '0' }, { kind: 'ok' });
    expect(await exportSpans(create(), 'one')).toEqual({ code: ExportResultCode.SUCCESS });
    expect(receiver.requests.map(({ answered }) => answered)).toEqual(['status', 'ok']);
    expect(failures.map(({ message }) => message)).toEqual(['HTTP 503 Service Unavailable']);
  });

  it('does not repeat what Zipkin will never take', async () => {
    await receiver.behave({ kind: 'status', status: 400 }, { kind: 'ok' });
    expect(await exportSpans(create(), 'one')).toMatchObject({
      code: ExportResultCode.FAILED,
      error: { message: 'HTTP 400 Bad Request' },
    });
    expect(receiver.requests).toHaveLength(1);
  });

  it('gives up when its time is over', async () => {
    await receiver.behave({ kind: 'hang' });
    const result = await exportSpans(create({ timeoutMs: 100 }), 'one');
    expect(result.code).toBe(ExportResultCode.FAILED);
  });

  it('fails at once when it is shut down', async () => {
    await receiver.behave({ kind: 'hang' });
    const result = exportSpans(create(), 'one');
    await waitUntil(() => receiver.requests.length === 1, 'the request has arrived');
    await exporter.shutdown();
    expect((await result).code).toBe(ExportResultCode.FAILED);
  });
});
