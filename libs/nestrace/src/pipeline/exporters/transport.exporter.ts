import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { PartialSuccessError } from './export.error.js';
import { SpanList, type SpanBatch } from './span-batch.js';
import type { SendResult, Transport } from './transport.js';

/** How spans become bytes, and what the answer means. */
export interface SpanFormat {
  encode(spans: ReadableSpan[]): Uint8Array;
  /** Formats that write span by span need no span any more once it is written. */
  startBody?(): RequestBody;
  /** Some backends take a batch and say that they threw part of it away. */
  partialSuccess?(answer: Uint8Array): PartialSuccessError | undefined;
}

/** A request that is written while spans come in. */
export interface RequestBody {
  add(span: ReadableSpan): void;
  finish(): Uint8Array;
}

/** An exporter is a format and a transport. */
export class TransportExporter implements SpanExporter {
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly format: SpanFormat,
    private readonly transport: Transport,
    private readonly timeoutMs: number,
  ) {}

  export(spans: ReadableSpan[], resultCallback: (result: ExportResult) => void): void {
    this.send(this.format.encode(spans), resultCallback);
  }

  /** A batch that is written while it is filled, where the format can do that. */
  startBatch(): SpanBatch {
    const body = this.format.startBody?.();
    if (body === undefined) return new SpanList(this);
    return new WrittenBatch(body, (bytes, done) => {
      this.send(bytes, done);
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

  private send(body: Uint8Array, resultCallback: (result: ExportResult) => void): void {
    const done = this.transport.send(body, this.timeoutMs).then((result) => {
      this.underWay.delete(done);
      resultCallback(this.judge(result));
    });
    this.underWay.add(done);
  }

  private judge(result: SendResult): ExportResult {
    if (result.outcome !== 'ok') return { code: ExportResultCode.FAILED, error: result.error };
    const partial = this.format.partialSuccess?.(result.body);
    return { code: ExportResultCode.SUCCESS, ...(partial !== undefined && { error: partial }) };
  }
}

/** Holds bytes, not spans. */
class WrittenBatch implements SpanBatch {
  size = 0;
  resource: Resource | undefined;

  constructor(
    private readonly body: RequestBody,
    private readonly send: (bytes: Uint8Array, done: (result: ExportResult) => void) => void,
  ) {}

  add(span: ReadableSpan): void {
    this.body.add(span);
    this.resource ??= span.resource;
    this.size++;
  }

  export(done: (result: ExportResult) => void): void {
    this.send(this.body.finish(), done);
  }
}
