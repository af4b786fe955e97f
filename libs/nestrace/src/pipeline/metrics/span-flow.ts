import type { SpanComponent } from './span-components.js';

/** What became of the spans of one exporter, as the conventions count them. */
export interface FlowReading {
  /** Handed to the exporter by its processor. */
  readonly processed: number;
  readonly queueFull: number;
  /** Came too late for the exporter. */
  readonly alreadyShutdown: number;
  readonly queued: number;
  readonly inflight: number;
  readonly exported: number;
  readonly failed: readonly (readonly [errorType: string, spans: number])[];
}

/**
 * Reads the counts of one delivery. A batch that failed may go back to the queue: it was handed
 * over once, and that is not taken back.
 */
export class SpanFlow {
  private handed = 0;

  constructor(readonly component: SpanComponent) {}

  read(): FlowReading {
    const { delivery, queue } = this.component;
    const { exported, dropped, waiting } = delivery;
    const queued = queue?.of.queued ?? 0;
    const gone = delivery.accepted - dropped.queue_full - dropped.shutdown - queued;
    this.handed = Math.max(this.handed, gone);
    // What was handed over and waits again may be dropped at the end. It has failed to be exported.
    const returned = Math.min(this.handed - gone, dropped.shutdown);
    const failed = { ...delivery.failedBy };
    failed.shutdown += returned;
    return {
      processed: this.handed,
      queueFull: dropped.queue_full,
      alreadyShutdown: dropped.shutdown - returned,
      queued,
      inflight: waiting - queued,
      exported,
      failed: Object.entries(failed).flatMap(([reason, spans]) =>
        spans > 0 ? [[errorTypeOf(reason), spans] as const] : [],
      ),
    };
  }
}

/** The conventions have a word of their own for what has no other. */
export function errorTypeOf(reason: string): string {
  return reason === 'other' ? '_OTHER' : reason;
}
