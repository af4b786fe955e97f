import type { ExportResult } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { BatchSender, type SendNotes } from './batch-sender.js';
import type { PartialSuccessError } from './export.error.js';
import { SpanList, type SpanBatch } from './span-batch.js';
import type { Transport } from './transport.js';

/** How spans become bytes, and what the answer means. */
export interface SpanFormat {
  encode(spans: ReadableSpan[]): Uint8Array;
  /** Formats that write span by span need no span any more once it is written. */
  startBody?(): RequestBody;
  /** Some backends take a batch and say that they threw part of it away. */
  partialSuccess?(answer: Uint8Array): PartialSuccessError | undefined;
  /** Whether these bytes can be the answer of a backend that has read the request. */
  isAnswer?(answer: Uint8Array): boolean;
  /** Cuts a request behind so many of its spans, for backends that take no larger ones. */
  split?(body: Uint8Array, first: number): readonly [Uint8Array, Uint8Array];
}

/** A request that is written while spans come in. */
export interface RequestBody {
  add(span: ReadableSpan): void;
  finish(): Uint8Array;
}

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
    private readonly body: RequestBody,
    private readonly send: Send,
  ) {}

  add(span: ReadableSpan): void {
    this.body.add(span);
    this.resource ??= span.resource;
    this.size++;
  }

  export(done: (result: ExportResult) => void): void {
    // The buffer behind the body is of the next batch afterwards; this one may be sent again.
    this.bytes ??= this.body.finish();
    this.send(this.bytes, this.size, done);
  }
}
