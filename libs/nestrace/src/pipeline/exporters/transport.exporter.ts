import type { ExportResult } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { BatchSender, type SendNotes } from './batch-sender.js';
import { SpanList, type SpanBatch } from './span-batch.js';
import type { RequestBody, SpanFormat } from './span-format.js';
import type { Transport } from './transport.js';

/** An exporter is a format and a transport. */
export class TransportExporter implements SpanExporter {
  private readonly underWay = new Set<Promise<void>>();
  private readonly sender: BatchSender;

  constructor(
    private readonly format: SpanFormat,
    private readonly transport: Transport,
    private readonly timeoutMs: number,
    notes?: SendNotes,
  ) {
    this.sender = new BatchSender(format, transport, notes);
  }

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.send(this.format.encode(spans), spans.length, resultCallback);
  }

  /** A batch that is written while it is filled, where the format can do that. */
  startBatch(): SpanBatch {
    const body = this.format.startBody?.();
    if (body === undefined) return new SpanList(this);
    return new WrittenBatch(body, (bytes, spans, done) => {
      this.send(bytes, spans, done);
    });
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.underWay);
  }

  /** Cuts off what is under way: who wants it delivered flushes first. */
  async shutdown(): Promise<void> {
    this.transport.close();
    await this.forceFlush();
  }

  private send(bytes: Uint8Array, spans: number, done: (result: ExportResult) => void): void {
    const sending = this.sender.send(bytes, spans, this.timeoutMs).then((result) => {
      this.underWay.delete(sending);
      done(result);
    });
    this.underWay.add(sending);
  }
}

type Send = (bytes: Uint8Array, spans: number, done: (result: ExportResult) => void) => void;

/** Holds bytes, not spans. */
class WrittenBatch implements SpanBatch {
  size = 0;
  resource: Resource | undefined;
  triedAt: number | undefined;
  private bytes: Uint8Array | undefined;

  constructor(
    private body: RequestBody | undefined,
    private readonly send: Send,
  ) {}

  add(span: ReadableSpan): void {
    this.body?.add(span);
    this.resource ??= span.resource;
    this.size++;
  }

  export(done: (result: ExportResult) => void): void {
    // The batch may be sent again, and wait for that without the buffer it was written in.
    const bytes = (this.bytes ??= this.body?.finish() ?? new Uint8Array());
    this.body = undefined;
    this.send(bytes, this.size, done);
  }
}
