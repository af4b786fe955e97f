import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import type { PartialSuccessError } from './export.error.js';
import type { SendResult, Transport } from './transport.js';

/** How spans become bytes, and what the answer means. */
export interface SpanFormat {
  encode(spans: ReadableSpan[]): Uint8Array;
  /** Some backends take a batch and say that they threw part of it away. */
  partialSuccess?(answer: Uint8Array): PartialSuccessError | undefined;
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
    const body = this.format.encode(spans);
    const done = this.transport.send(body, this.timeoutMs).then((result) => {
      this.underWay.delete(done);
      resultCallback(this.judge(result));
    });
    this.underWay.add(done);
  }

  async forceFlush(): Promise<void> {
    await Promise.all(this.underWay);
  }

  /** Cuts off what is under way: who wants it delivered flushes first. */
  async shutdown(): Promise<void> {
    this.transport.close();
    await this.forceFlush();
  }

  private judge(result: SendResult): ExportResult {
    if (result.outcome !== 'ok') return { code: ExportResultCode.FAILED, error: result.error };
    const partial = this.format.partialSuccess?.(result.body);
    return { code: ExportResultCode.SUCCESS, ...(partial !== undefined && { error: partial }) };
  }
}
