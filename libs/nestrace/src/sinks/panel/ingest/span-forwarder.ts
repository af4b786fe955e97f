import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import { Ending } from '../../../core/ending.js';
import type { OperationsLog } from '../../../core/operations-log.js';
import { within } from '../../../core/within.js';
import { Delivery } from '../../../pipeline/exporters/delivery.js';
import { ObservedExporter } from '../../../pipeline/exporters/observed.exporter.js';
import { createOtlpExporter } from '../../../pipeline/exporters/otlp/create-otlp-exporter.js';
import { BatchProcessor } from '../../../pipeline/processors/batch.processor.js';

/** A panel is watched: what has ended should be seen. */
const BATCH = {
  maxQueueSize: 2048,
  maxExportBatchSize: 512,
  scheduledDelayMs: 500,
  exportTimeoutMs: 3000,
} as const;

/** A hub that is gone is looked for anew, elsewhere. */
const RETRY = { maxAttempts: 5, firstDelayMs: 1000, maxDelayMs: 5000 } as const;

/** Spans of the first moments. */
const MAX_EARLY = 512;

/** Nobody waits at shutdown for a panel that hangs. */
const FLUSH_MS = 500;

/**
 * Sends the spans of this process to the panel of another one. Between the two nothing is
 * guaranteed: what a hub does not take in time is dropped.
 */
export class SpanForwarder implements SpanProcessor {
  /** Where spans wait while there is a hub. */
  private queue: BatchProcessor | undefined;
  private target: string | undefined;
  /** What ended before the hub was found, which may start at the same time. */
  private early: ReadableSpan[] | undefined = [];
  private ending = new Ending();
  private isClosed = false;
  /** The last flush did not end in time. */
  private isHanging = false;
  private readonly delivery: Delivery;

  constructor(
    private readonly token: string | undefined,
    log: OperationsLog,
  ) {
    this.delivery = new Delivery('the panel of another process', inWhisper(log));
  }

  get sent(): number {
    return this.delivery.exported;
  }

  get lost(): number {
    const { failed, dropped } = this.delivery;
    return failed + dropped.queue_full + dropped.shutdown;
  }

  /** Sends to a hub from now on. */
  async sendTo(url: string): Promise<void> {
    if (this.target === url || this.isClosed) return;
    this.stopSending();
    this.target = url;
    const exporter = await this.exporterTo(url);
    if (this.target === url) {
      const observed = new ObservedExporter(exporter, this.delivery, BATCH.exportTimeoutMs);
      this.queue = new BatchProcessor(observed, BATCH);
      const { early } = this;
      this.early = undefined;
      for (const span of early ?? []) this.queue.onEnd(span);
    }
  }

  /** There is no hub, and none is expected: what ended until now is not kept any longer. */
  stopWaiting(): void {
    this.early = undefined;
  }

  /** Lets go of what waits: there is nobody to send it to. */
  stopSending(): void {
    this.cutOff().catch(() => {});
  }

  onStart(): void {}

  onEnd(span: ReadableSpan): void {
    if (this.queue !== undefined) this.queue.onEnd(span);
    else if (this.early !== undefined && this.early.length < MAX_EARLY) this.early.push(span);
  }

  async forceFlush(): Promise<void> {
    if (this.queue === undefined) return;
    this.isHanging = !(await within(this.queue.forceFlush(), FLUSH_MS));
  }

  /** Idempotent. Whoever shuts down has flushed before; in vain is enough once. */
  async shutdown(): Promise<void> {
    this.ending.begin();
    if (!this.isHanging) await this.forceFlush();
    await this.abandon();
  }

  /** Cuts off what is under way. */
  async abandon(): Promise<void> {
    this.isClosed = true;
    this.stopWaiting();
    await this.cutOff();
  }

  private async cutOff(): Promise<void> {
    const { queue } = this;
    this.queue = undefined;
    this.target = undefined;
    // What waits for it is of the exporter that ends here.
    this.ending.begin();
    this.ending = new Ending();
    await queue?.abandon();
  }

  private exporterTo(url: string): Promise<SpanExporter> {
    return createOtlpExporter(
      {
        type: 'otlp',
        name: 'panel hub',
        protocol: 'http/protobuf',
        endpoint: `${url}/v1/traces`,
        headers: this.token === undefined ? {} : { authorization: `Bearer ${this.token}` },
        timeoutMs: BATCH.exportTimeoutMs,
        compression: 'none',
        tls: { ca: undefined, cert: undefined, key: undefined, insecure: false },
      },
      {
        retry: RETRY,
        breaker: this.delivery.breaker,
        ending: this.ending,
        onAttemptFailed: (error) => {
          this.delivery.attemptFailed(error);
        },
      },
    );
  }
}

/** The other process comes and goes while somebody develops; that is no news. */
function inWhisper(log: OperationsLog): OperationsLog {
  const whisper = (message: string): void => {
    log.debug(message);
  };
  return { info: whisper, warn: whisper, error: whisper, debug: whisper };
}
