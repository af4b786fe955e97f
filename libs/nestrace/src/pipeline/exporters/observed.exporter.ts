import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { noteFailure } from '../../core/failures.js';
import type { Delivery } from './delivery.js';
import { closedError, ExportError, PartialSuccessError } from './export.error.js';
import { SpanList, type SpanBatch } from './span-batch.js';
import { suppressed } from './suppressed.js';
import { TransportExporter } from './transport.exporter.js';

type Answer = (result: ExportResult) => void;

/** Puts a batch back to where it waits, and tells whether it could. */
export type KeepBatch = () => boolean;

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
    this.observe(spans.length, (answer) => this.exporter.export(spans, answer), resultCallback);
  }

  startBatch(): SpanBatch {
    return this.exporter instanceof TransportExporter
      ? this.exporter.startBatch()
      : new SpanList(this.exporter);
  }

  /** A span that cannot even be put into a batch has failed; the others are sent without it. */
  addTo(batch: SpanBatch, span: ReadableSpan): boolean {
    try {
      batch.add(span);
      return true;
    } catch (error) {
      guarded(() => {
        this.delivery.failedWith(error, 1);
      });
      return false;
    }
  }

  /**
   * As `export`, for a batch this exporter has started. It is kept where it failed for a reason that
   * may pass and there is room for it.
   */
  exportBatch(batch: SpanBatch, resultCallback: Answer, keep?: KeepBatch): void {
    this.observe(batch.size, (answer) => batch.export(answer), resultCallback, keep);
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

  private observe(
    spans: number,
    send: (answer: Answer) => unknown,
    resultCallback: Answer,
    keep?: KeepBatch,
  ): void {
    const start = performance.now();
    const answer: Answer = (result) => {
      if (!this.unanswered.delete(answer)) return;
      clearTimeout(timer);
      guarded(() => {
        this.note(spans, performance.now() - start, result, keep);
      });
      resultCallback(result);
    };
    const fail = (error: unknown): void => {
      answer({ code: ExportResultCode.FAILED, error: error as Error });
    };
    const timer = setTimeout(() => {
      // After a stall of the event loop the answer may be there, and not have been read.
      setImmediate(() => {
        fail(new ExportError(`no answer within ${this.timeoutMs} ms`, { code: 'ETIMEDOUT' }));
      });
    }, this.timeoutMs);
    timer.unref();
    this.unanswered.add(answer);
    try {
      // Nothing is returned by contract, but an async function may have been written.
      Promise.resolve(send(answer)).catch(fail);
    } catch (error) {
      fail(error);
    }
  }

  private note(
    spans: number,
    durationMs: number,
    result: ExportResult,
    keep: KeepBatch | undefined,
  ): void {
    const { delivery } = this;
    if (result.code === ExportResultCode.SUCCESS) {
      const partial = result.error instanceof PartialSuccessError ? result.error : undefined;
      if (!this.tellsBreaker) delivery.breaker.succeeded();
      delivery.succeeded(spans, durationMs, partial);
      return;
    }
    const error = result.error ?? new Error('the exporter gave no reason');
    // A probe that failed before anything was sent has told the breaker nothing.
    const isUntold = !this.tellsBreaker || delivery.breaker.state === 'half_open';
    if (isUntold) guarded(() => delivery.breaker.failed(error));
    if (error instanceof ExportError && error.mayPass && keep?.() === true) {
      delivery.postponed(error, spans, durationMs);
    } else {
      delivery.failedWith(error, spans, durationMs);
    }
  }

  /** Ours does so with every attempt, of others only the end is seen. */
  private get tellsBreaker(): boolean {
    return this.exporter instanceof TransportExporter;
  }
}

/** Whatever goes wrong while something is counted, nobody is there to catch it. */
function guarded(count: () => void): void {
  try {
    count();
  } catch (error) {
    noteFailure('exporter', error);
  }
}
