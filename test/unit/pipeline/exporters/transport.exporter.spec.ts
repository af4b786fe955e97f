import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  ExportError,
  PartialSuccessError,
} from '../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import type { SpanFormat } from '../../../../libs/nestrace/src/pipeline/exporters/span-format.js';
import { TransportExporter } from '../../../../libs/nestrace/src/pipeline/exporters/transport.exporter.js';
import type { SpanBatch } from '../../../../libs/nestrace/src/pipeline/exporters/span-batch.js';
import type {
  SendResult,
  Transport,
} from '../../../../libs/nestrace/src/pipeline/exporters/transport.js';
import { recordSpans } from '../../../support/recorded-spans.js';
import { oneByOne } from '../../support/one-by-one.format.js';

/** Answers when it is told to; closing it cuts off what is under way, as a real one does. */
class ManualTransport implements Transport {
  readonly sent: { readonly body: string; readonly timeoutMs: number }[] = [];
  closed = false;
  private readonly waiting: ((result: SendResult) => void)[] = [];

  send(body: Uint8Array, timeoutMs: number): Promise<SendResult> {
    this.sent.push({ body: Buffer.from(body).toString(), timeoutMs });
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  answer(result: SendResult): void {
    this.waiting.shift()?.(result);
  }

  close(): void {
    this.closed = true;
    for (const resolve of this.waiting.splice(0)) {
      resolve({ outcome: 'failed', error: new ExportError('closed') });
    }
  }
}

const names: SpanFormat = {
  encode: (spans: ReadableSpan[]) => Buffer.from(spans.map(({ name }) => name).join()),
};

const spansNamed = (...wanted: string[]): ReadableSpan[] =>
  recordSpans((tracer) => {
    for (const name of wanted) tracer.startSpan(name).end();
  });

let transport: ManualTransport;

beforeEach(() => {
  transport = new ManualTransport();
});

const ok = (body = ''): SendResult => ({ outcome: 'ok', body: Buffer.from(body) });

function exportWith(exporter: TransportExporter, ...wanted: string[]): Promise<ExportResult> {
  return new Promise((resolve) => {
    exporter.export(spansNamed(...wanted), resolve);
  });
}

/** Whether a promise has settled once everything that could run has run. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  void promise.finally(() => {
    settled = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

describe('TransportExporter', () => {
  it('sends what the format makes of the spans, with the time it has', async () => {
    const result = exportWith(new TransportExporter(names, transport, 7000), 'one', 'two');
    expect(transport.sent).toEqual([{ body: 'one,two', timeoutMs: 7000 }]);
    transport.answer(ok());
    expect(await result).toEqual({ code: ExportResultCode.SUCCESS });
  });

  it('hands the error of a failed delivery on', async () => {
    const error = new ExportError('HTTP 400', { httpStatus: 400 });
    const result = exportWith(new TransportExporter(names, transport, 7000), 'one');
    transport.answer({ outcome: 'failed', error });
    expect(await result).toEqual({ code: ExportResultCode.FAILED, error });
  });

  it('counts an attempt nobody repeats as failed', async () => {
    const error = new ExportError('HTTP 503', { httpStatus: 503 });
    const result = exportWith(new TransportExporter(names, transport, 7000), 'one');
    transport.answer({ outcome: 'retry', error });
    expect(await result).toEqual({ code: ExportResultCode.FAILED, error });
  });

  it('is successful and says so when the backend threw a part away', async () => {
    const format: SpanFormat = {
      ...names,
      partialSuccess: (answer) =>
        answer.length > 0 ? new PartialSuccessError(2, Buffer.from(answer).toString()) : undefined,
    };
    const exporter = new TransportExporter(format, transport, 7000);
    const results = [exportWith(exporter, 'one', 'two', 'three'), exportWith(exporter, 'four')];
    transport.answer(ok('too old'));
    transport.answer(ok());
    const [partial, whole] = await Promise.all(results);
    expect(partial?.code).toBe(ExportResultCode.SUCCESS);
    expect(partial?.error).toMatchObject({ rejectedSpans: 2, message: 'too old' });
    expect(whole).toEqual({ code: ExportResultCode.SUCCESS });
  });

  it('flushes what is under way, all of it', async () => {
    const exporter = new TransportExporter(names, transport, 7000);
    void exportWith(exporter, 'one');
    void exportWith(exporter, 'two');
    const flushed = exporter.forceFlush();
    transport.answer(ok());
    expect(await isSettled(flushed)).toBe(false);
    transport.answer(ok());
    await flushed;
  });

  it('flushes at once when nothing is under way', async () => {
    const exporter = new TransportExporter(names, transport, 7000);
    expect(await isSettled(exporter.forceFlush())).toBe(true);
    const result = exportWith(exporter, 'one');
    transport.answer(ok());
    await result;
    expect(await isSettled(exporter.forceFlush())).toBe(true);
  });

  it('cuts off what is under way when it is shut down, and tells', async () => {
    const exporter = new TransportExporter(names, transport, 7000);
    const result = exportWith(exporter, 'one');
    await exporter.shutdown();
    expect(transport.closed).toBe(true);
    expect(await result).toMatchObject({
      code: ExportResultCode.FAILED,
      error: { message: 'closed' },
    });
  });
});

describe.each([
  ['all at once', names, 'one,two'],
  ['one by one', oneByOne(), 'one by one: one,two'],
])('a batch of a format that writes spans %s', (_, format, body) => {
  const start = (...wanted: string[]): SpanBatch => {
    const batch = new TransportExporter(format, transport, 7000).startBatch();
    for (const span of spansNamed(...wanted)) batch.add(span);
    return batch;
  };

  it('knows how many spans it has, and their resource', () => {
    expect(start()).toMatchObject({ size: 0, resource: undefined });
    const batch = start('one', 'two');
    expect(batch.size).toBe(2);
    expect(batch.resource?.attributes).toMatchObject({ 'service.name': 'orders' });
  });

  it('is sent as one request, and its answer told', async () => {
    const batch = start('one', 'two');
    expect(transport.sent).toEqual([]);
    const result = new Promise((resolve) => batch.export(resolve));
    expect(transport.sent).toEqual([{ body, timeoutMs: 7000 }]);
    transport.answer(ok());
    expect(await result).toEqual({ code: ExportResultCode.SUCCESS });
  });

  it('is waited for by a flush', async () => {
    const exporter = new TransportExporter(format, transport, 7000);
    const batch = exporter.startBatch();
    batch.export(() => {});
    const flushed = exporter.forceFlush();
    expect(await isSettled(flushed)).toBe(false);
    transport.answer(ok());
    await flushed;
  });
});

describe('a batch of a format that writes spans one by one', () => {
  it('goes without a span that cannot be written', () => {
    const batch = new TransportExporter(oneByOne(), transport, 7000).startBatch();
    const [one, broken, two] = spansNamed('one', 'broken', 'two') as [
      ReadableSpan,
      ReadableSpan,
      ReadableSpan,
    ];
    batch.add(one);
    expect(() => {
      batch.add(broken);
    }).toThrow('cannot be written');
    batch.add(two);
    expect(batch.size).toBe(2);
    batch.export(() => {});
    expect(transport.sent).toMatchObject([{ body: 'one by one: one,two' }]);
  });
});
