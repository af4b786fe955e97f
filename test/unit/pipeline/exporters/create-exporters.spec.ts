import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Ending } from '../../../../libs/nestrace/src/core/ending.js';
import type {
  ExporterInput,
  ResolvedExporter,
} from '../../../../libs/nestrace/src/config/exporters.options.js';
import type { OperationsLog } from '../../../../libs/nestrace/src/core/operations-log.js';
import {
  createExporters,
  describeExporter,
} from '../../../../libs/nestrace/src/pipeline/exporters/create-exporters.js';
import type { ObservedExporter } from '../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import { startOtlpHttpReceiver } from '../../../support/receivers/otlp-http.receiver.js';
import { startZipkinReceiver } from '../../../support/receivers/zipkin.receiver.js';
import { recordSpans } from '../../../support/recorded-spans.js';
import { resolve } from '../../support/options.js';

const lines: string[] = [];
const log: OperationsLog = {
  info: (message) => lines.push(`info ${message}`),
  warn: (message) => lines.push(`warn ${message}`),
  error: (message) => lines.push(`error ${message}`),
  debug: (message) => lines.push(`debug ${message}`),
};

const ending = new Ending();

const created: ObservedExporter[] = [];

async function create(...exporters: ExporterInput[]): Promise<readonly ObservedExporter[]> {
  created.push(...(await createExporters(resolve({ exporters }), log, ending)));
  return created;
}

function exportOne(exporter: ObservedExporter | undefined): Promise<ExportResult | undefined> {
  const spans = recordSpans((tracer) => {
    tracer.startSpan('GET /orders').end();
  });
  return new Promise((done) => {
    exporter?.export(spans, done);
  });
}

class OwnExporter implements SpanExporter {
  readonly names: string[] = [];
  isShutDown = false;

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.names.push(...spans.map(({ name }) => name));
    done({ code: ExportResultCode.SUCCESS });
  }

  async shutdown(): Promise<void> {
    this.isShutDown = true;
  }
}

afterEach(async () => {
  for (const exporter of created.splice(0)) await exporter.shutdown();
  lines.length = 0;
  vi.restoreAllMocks();
});

describe('createExporters', () => {
  it('makes one observed exporter for each that is configured, in their order', async () => {
    const exporters = await create(
      { type: 'otlp', protocol: 'http/json' },
      'zipkin',
      'console',
      new OwnExporter(),
    );
    expect(exporters.map(({ delivery }) => delivery.label)).toEqual([
      'otlp (http/json, http://localhost:4318/v1/traces)',
      'zipkin (http://localhost:9411/api/v2/spans)',
      'console (tree)',
      'OwnExporter',
    ]);
  });

  it('makes none when there is none', async () => {
    expect(await create('none')).toEqual([]);
  });

  it('spares a backend by batches, but not the console', async () => {
    const exporters = await create('otlp', 'zipkin', 'console', new OwnExporter());
    expect(exporters.map(({ immediate }) => immediate)).toEqual([false, false, true, false]);
  });

  it('counts what becomes of spans, for each exporter on its own', async () => {
    const [otlpReceiver, zipkinReceiver] = await Promise.all([
      startOtlpHttpReceiver(),
      startZipkinReceiver(),
    ]);
    await zipkinReceiver.behave({ kind: 'status', status: 400 });
    const [otlp, zipkin] = await create(
      { type: 'otlp', protocol: 'http/protobuf', endpoint: otlpReceiver.url },
      { type: 'zipkin', endpoint: zipkinReceiver.url },
    );

    await Promise.all([exportOne(otlp), exportOne(zipkin)]);

    expect(otlp?.delivery).toMatchObject({ exported: 1, failed: 0, lastError: undefined });
    expect(zipkin?.delivery).toMatchObject({
      exported: 0,
      failed: 1,
      lastError: { message: 'HTTP 400 Bad Request' },
    });
    expect(lines).toEqual([
      expect.stringMatching(
        /^warn Spans cannot be delivered to zipkin \(.+\): HTTP 400 Bad Request/,
      ),
    ]);
    await Promise.all([otlpReceiver.close(), zipkinReceiver.close()]);
  });

  it('says at the first attempt that fails what is wrong, not when all have failed', async () => {
    const receiver = await startOtlpHttpReceiver();
    await receiver.behave({ kind: 'status', status: 503, retryAfter: '0' }, { kind: 'ok' });
    const [otlp] = await create({
      type: 'otlp',
      protocol: 'http/protobuf',
      endpoint: receiver.url,
    });

    await exportOne(otlp);

    expect(otlp?.delivery).toMatchObject({ exported: 1, failed: 0 });
    expect(lines).toEqual([
      expect.stringMatching(/^warn Spans cannot be delivered to otlp \(.+\): HTTP 503/),
      expect.stringMatching(/^info Spans are delivered to otlp \(.+\) again, .*0 were lost/),
    ]);
    await receiver.close();
  });

  it('gives every exporter the time of a batch, and no more', async () => {
    const silent: SpanExporter = { export: () => {}, shutdown: async () => {} };
    const [exporter] = await createExporters(
      resolve({ exporters: silent, batch: { exportTimeoutMs: 20 } }),
      log,
      ending,
    );
    expect(await exportOne(exporter)).toMatchObject({
      code: ExportResultCode.FAILED,
      error: { message: 'no answer within 20 ms' },
    });
  });

  it('prints to the console, one line of JSON for each span', async () => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => {});
    const [exporter] = await create({ type: 'console', format: 'json' });
    await exportOne(exporter);
    expect(print).toHaveBeenCalledOnce();
    expect(JSON.parse(String(print.mock.calls[0]?.[0]))).toMatchObject({
      name: 'GET /orders',
      service: 'orders',
    });
  });

  it.each([
    ['colours when they are asked for', true],
    ['no colours when they are not wanted', false],
  ])('prints a tree with %s', async (_, colors) => {
    const print = vi.spyOn(console, 'log').mockImplementation(() => {});
    const [exporter] = await create({ type: 'console', colors });
    await exportOne(exporter);
    await exporter?.forceFlush();
    const text = String(print.mock.calls[0]?.[0]);
    expect(text).toContain('GET /orders');
    expect(text.includes('\u001b[')).toBe(colors);
  });

  it('hands spans to an exporter of the application, and ends it', async () => {
    const own = new OwnExporter();
    const [exporter] = await create(own);
    await exportOne(exporter);
    expect(own.names).toEqual(['GET /orders']);
    await exporter?.shutdown();
    expect(own.isShutDown).toBe(true);
  });
});

function describeFirst(exporters: ExporterInput): string {
  return describeExporter(resolve({ exporters }).exporters[0] as ResolvedExporter);
}

describe('describeExporter', () => {
  it('names protocol and endpoint of OTLP', () => {
    expect(describeFirst('otlp')).toBe('otlp (grpc, http://localhost:4317)');
    expect(describeFirst({ type: 'otlp', name: 'tempo', endpoint: 'tempo:4317' })).toBe(
      'tempo (grpc, tempo:4317)',
    );
  });

  it.each([
    [{ type: 'otlp', protocol: 'http/json' } as const],
    [{ type: 'otlp', protocol: 'grpc' } as const],
    [{ type: 'zipkin' } as const],
  ])('shows no credentials of an endpoint (%o)', (options) => {
    const text = describeFirst({
      ...options,
      endpoint: 'https://orders:hunter2@tempo.example/v1/traces?api_key=hunter2',
    });
    expect(text).toContain('tempo.example');
    expect(text).not.toContain('hunter2');
  });
});
