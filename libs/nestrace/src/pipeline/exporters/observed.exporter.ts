import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { noteFailure } from '../../core/failures.js';
import type { Delivery } from './delivery.js';
import { closedError, ExportError, PartialSuccessError } from './export.error.js';
import { suppressed } from './suppressed.js';

type Answer = (result: ExportResult) => void;

/**
 * Watches an exporter from outside: what it was given, what became of it, how long it took. It also
 * makes any exporter well-behaved: one that throws or rejects has failed, one that never answers
 * has failed when its time is up or it is shut down, one that answers twice is heard once.
 */
export class ObservedExporter implements SpanExporter {
  private readonly unanswered = new Set<Answer>();

  constructor(
    private readonly exporter: SpanExporter,
    readonly delivery: Delivery,
    private readonly timeoutMs: number,
    /** Console output is only useful at once; a backend is spared by batches. */
    readonly immediate = false,
  ) {}

  export(spans: ReadableSpan[], resultCallback: Answer): void {
    const start = performance.now();
    const answer: Answer = (result) => {
      if (!this.unanswered.delete(answer)) return;
      clearTimeout(timer);
      try {
        this.note(spans.length, performance.now() - start, result);
      } catch (error) {
        noteFailure('exporter', error);
      }
      resultCallback(result);
    };
    const fail = (error: unknown): void => {
      answer({ code: ExportResultCode.FAILED, error: error as Error });
    };
    const timer = setTimeout(() => {
      fail(new ExportError(`no answer within ${this.timeoutMs} ms`, { code: 'ETIMEDOUT' }));
    }, this.timeoutMs);
    timer.unref();
    this.unanswered.add(answer);
    try {
      const returned: unknown = this.exporter.export(spans, answer);
      // Nothing is returned by contract, but an async function may have been written.
      Promise.resolve(returned).catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  async forceFlush(): Promise<void> {
    await suppressed(() => this.exporter.forceFlush?.());
  }

  async shutdown(): Promise<void> {
    try {
      await suppressed(() => this.exporter.shutdown());
    } finally {
      for (const answer of this.unanswered) {
        answer({ code: ExportResultCode.FAILED, error: closedError() });
      }
    }
  }

  private note(spans: number, durationMs: number, result: ExportResult): void {
    if (result.code === ExportResultCode.SUCCESS) {
      const partial = result.error instanceof PartialSuccessError ? result.error : undefined;
      this.delivery.succeeded(spans, durationMs, partial);
    } else {
      const error = result.error ?? new Error('the exporter gave no reason');
      this.delivery.failedWith(error, spans, durationMs);
    }
  }
}
