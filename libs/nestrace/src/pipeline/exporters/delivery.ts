import type { OperationsLog } from '../../core/operations-log.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { DeliveryWords } from './delivery-words.js';
import { exportHint } from './export-hint.js';
import type { PartialSuccessError } from './export.error.js';
import { noFailures, type FailureCounts } from './failure-counts.js';
import { failureReason } from './failure-reason.js';

/** Why spans never reached an exporter. */
export type DropReason = 'queue_full' | 'shutdown';

/** Enough to tell what became of a trace some minutes ago. */
const MAX_RECENT = 200;

/** A queue that is full again within this time has been full all along. */
const FULL_TOGETHER_MS = 60_000;

/** How one export ended. */
export interface ExportOutcome {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly isOk: boolean;
  /** It failed, and its spans wait for another one. */
  readonly isKept?: boolean;
}

/**
 * The truth about what one exporter was given and what became of it: accepted = exported + failed +
 * dropped + waiting, at any moment. It also says what an operator has to know: one line when
 * deliveries begin to fail, one when they work again.
 */
export class Delivery {
  /** Sampled spans that ended. */
  accepted = 0;
  /** Spans the backend took. */
  exported = 0;
  /** Spans whose export failed for good. */
  failed = 0;
  /** The same spans by the reason. */
  readonly failedBy: FailureCounts = noFailures();
  /** Spans that never got to the exporter. */
  readonly dropped: Record<DropReason, number> = { queue_full: 0, shutdown: 0 };
  /** Duration of the last export, in milliseconds. */
  lastExportMs: number | undefined;
  lastSuccessAt: Date | undefined;
  lastError: { readonly at: Date; readonly message: string; readonly hint?: string } | undefined;
  /** Exports by how they ended, and the spans and milliseconds of all of them. */
  readonly exports = { ok: 0, failed: 0, spans: 0, durationMs: 0 };
  /** How the last exports ended, the oldest first. */
  readonly recent: ExportOutcome[] = [];
  /** From when to when the queue was full the last time, milliseconds since 1970. */
  fullSince: number | undefined;
  fullUntil = Number.NEGATIVE_INFINITY;
  /** Attempts that failed since the last success. */
  failedAttempts = 0;
  /** When deliveries began to fail, milliseconds since 1970; undefined while all is well. */
  failingSince: number | undefined;

  /** Is told how each export ended; the error of one that ended well is undefined. */
  onExport: ((durationMs: number, error: unknown) => void) | undefined;

  private readonly words: DeliveryWords;

  constructor(
    /** Name and target, as logs call it: `otlp (grpc http://localhost:4317)`. */
    readonly label: string,
    log: OperationsLog,
    /** Whether the backend is left alone just now, since when and until when. */
    readonly breaker: CircuitBreaker = CircuitBreaker.none(),
  ) {
    this.words = new DeliveryWords(label, log);
  }

  /** Spans that wait in the queue, and those that are under way. */
  get waiting(): number {
    const { accepted, exported, failed, dropped } = this;
    return accepted - exported - failed - dropped.queue_full - dropped.shutdown;
  }

  succeeded(spans: number, durationMs: number, partial?: PartialSuccessError): void {
    const waited = this.waiting;
    const lost = Math.min(partial?.rejectedSpans ?? 0, spans);
    this.exported += spans - lost;
    if (partial !== undefined) this.countLost(lost, partial.reasons ?? { rejected: lost });
    this.lastExportMs = durationMs;
    this.lastSuccessAt = new Date();
    this.failedAttempts = 0;
    this.exports.ok++;
    this.noteExport(spans, durationMs, true, false);
    this.onExport?.(durationMs, partial);
    if (partial !== undefined) this.words.partial(partial, spans);
    if (this.failingSince === undefined) return;
    this.words.worksAgain(this.failingSince, this.losses, waited);
    this.failingSince = undefined;
  }

  /** Spans are lost; without a duration it never came to an export. */
  failedWith(error: unknown, spans: number, durationMs?: number): void {
    try {
      this.attemptFailed(error);
    } finally {
      // Some errors cannot even be read; the counts have to be right all the same.
      this.countLost(spans, { [failureReason(error)]: spans });
      if (durationMs !== undefined) this.exportFailed(error, spans, durationMs, false);
    }
  }

  /** An export failed, and its spans go back to those that wait. */
  postponed(error: unknown, spans: number, durationMs: number): void {
    this.attemptFailed(error);
    this.exportFailed(error, spans, durationMs, true);
  }

  /** One attempt did not work; another may follow. */
  attemptFailed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const hint = exportHint(error);
    this.lastError = { at: new Date(), message, ...(hint !== undefined && { hint }) };
    this.failedAttempts++;
    if (this.failingSince === undefined) {
      this.failingSince = Date.now();
      this.words.troubleBegins(this.losses);
    }
    this.words.fails(message, hint);
  }

  drop(spans: number, reason: DropReason): void {
    this.dropped[reason] += spans;
    if (reason !== 'queue_full') return;
    const now = Date.now();
    if (now - this.fullUntil > FULL_TOGETHER_MS) this.fullSince = now;
    this.fullUntil = now;
    this.words.queueIsFull(this.dropped.queue_full, this.failingSince !== undefined);
  }

  /** The backend takes no requests of so many bytes; they are sent in halves. */
  foundTooLarge(bytes: number): void {
    this.words.tooLarge(bytes);
  }

  /** What the backend answered is not what such a backend answers. */
  answeredOddly(): void {
    this.words.oddAnswer();
  }

  private get losses(): FailureCounts & Record<'queue_full', number> {
    return { ...this.failedBy, queue_full: this.dropped.queue_full };
  }

  private countLost(spans: number, reasons: Partial<FailureCounts>): void {
    this.failed += spans;
    for (const [reason, count] of Object.entries(reasons)) {
      this.failedBy[reason as keyof FailureCounts] += count;
    }
  }

  private exportFailed(error: unknown, spans: number, durationMs: number, isKept: boolean): void {
    this.lastExportMs = durationMs;
    this.exports.failed++;
    this.noteExport(spans, durationMs, false, isKept);
    this.onExport?.(durationMs, error);
  }

  private noteExport(spans: number, durationMs: number, isOk: boolean, isKept: boolean): void {
    this.exports.spans += spans;
    this.exports.durationMs += durationMs;
    this.recent.push({ startedAt: Date.now() - durationMs, durationMs, isOk, isKept });
    if (this.recent.length > MAX_RECENT) this.recent.shift();
  }
}
