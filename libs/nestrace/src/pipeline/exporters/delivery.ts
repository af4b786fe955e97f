import { noteFailure } from '../../core/failures.js';
import type { OperationsLog } from '../../core/operations-log.js';
import { exportHint } from './export-hint.js';
import type { PartialSuccessError } from './export.error.js';

/** Why spans never reached an exporter. */
export type DropReason = 'queue_full' | 'shutdown';

/** Enough to tell what became of a trace some minutes ago. */
const MAX_RECENT = 200;

/** How one export ended. */
export interface ExportOutcome {
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly isOk: boolean;
}

/** Between two lines about the same trouble; a flapping backend must not fill the log. */
const SAY_AGAIN_AFTER_MS = 60_000;

/**
 * The truth about what one exporter was given and what became of it: accepted = exported + failed +
 * dropped + still waiting. It also says what an operator has to know: one line when deliveries
 * begin to fail, one when they work again.
 */
export class Delivery {
  /** Sampled spans that ended. */
  accepted = 0;
  /** Spans the backend took. */
  exported = 0;
  /** Spans whose export failed for good. */
  failed = 0;
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

  private failedBefore = 0;
  /** The failure was said, so its end has to be said too. */
  private owesRecovery = false;
  private saidFailingAt = Number.NEGATIVE_INFINITY;
  private saidFullAt = Number.NEGATIVE_INFINITY;
  private saidPartialAt = Number.NEGATIVE_INFINITY;

  constructor(
    /** Name and target, as logs call it: `otlp (grpc http://localhost:4317)`. */
    readonly label: string,
    private readonly log: OperationsLog,
  ) {}

  succeeded(spans: number, durationMs: number, partial?: PartialSuccessError): void {
    const rejected = Math.min(partial?.rejectedSpans ?? 0, spans);
    this.exported += spans - rejected;
    this.failed += rejected;
    this.lastExportMs = durationMs;
    this.lastSuccessAt = new Date();
    this.failedAttempts = 0;
    this.exports.ok++;
    this.noteExport(spans, durationMs, true);
    if (partial !== undefined) this.sayPartial(partial, spans);
    if (this.failingSince !== undefined) this.recovered(this.failingSince);
  }

  /** Spans are lost; without a duration it never came to an export. */
  failedWith(error: unknown, spans: number, durationMs?: number): void {
    try {
      this.attemptFailed(error);
    } finally {
      // Some errors cannot even be read; the counts have to be right all the same.
      this.failed += spans;
      if (durationMs !== undefined) {
        this.lastExportMs = durationMs;
        this.exports.failed++;
        this.noteExport(spans, durationMs, false);
      }
    }
  }

  /** One attempt did not work; another may follow. */
  attemptFailed(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const hint = exportHint(error);
    this.lastError = { at: new Date(), message, ...(hint !== undefined && { hint }) };
    this.failedAttempts++;
    if (this.failingSince === undefined) {
      this.failingSince = Date.now();
      this.failedBefore = this.failed;
    }
    if (this.owesRecovery || Date.now() - this.saidFailingAt < SAY_AGAIN_AFTER_MS) return;
    this.saidFailingAt = Date.now();
    this.owesRecovery = true;
    this.say(
      'warn',
      `Spans cannot be delivered to ${this.label}: ${message}.${hint === undefined ? '' : ` ${hint}`} ` +
        `The application is not affected; this is said once, until it works again.`,
    );
  }

  drop(spans: number, reason: DropReason): void {
    this.dropped[reason] += spans;
    if (reason !== 'queue_full') return;
    const now = Date.now();
    if (now - this.fullUntil > SAY_AGAIN_AFTER_MS) this.fullSince = now;
    this.fullUntil = now;
    if (now - this.saidFullAt < SAY_AGAIN_AFTER_MS) return;
    this.saidFullAt = now;
    this.say(
      'warn',
      `The queue of ${this.label} is full, spans are dropped (${this.dropped.queue_full} so far). ` +
        `Raise batch.maxQueueSize or lower sampling.ratio if the backend is well.`,
    );
  }

  private noteExport(spans: number, durationMs: number, isOk: boolean): void {
    this.exports.spans += spans;
    this.exports.durationMs += durationMs;
    this.recent.push({ startedAt: Date.now() - durationMs, durationMs, isOk });
    if (this.recent.length > MAX_RECENT) this.recent.shift();
  }

  private recovered(since: number): void {
    this.failingSince = undefined;
    if (!this.owesRecovery) return;
    this.owesRecovery = false;
    const seconds = Math.round((Date.now() - since) / 1000);
    const lost = this.failed - this.failedBefore;
    this.say(
      'info',
      `Spans are delivered to ${this.label} again, after ${seconds} s; ${lost} were lost meanwhile.`,
    );
  }

  private sayPartial(partial: PartialSuccessError, spans: number): void {
    if (Date.now() - this.saidPartialAt < SAY_AGAIN_AFTER_MS) return;
    this.saidPartialAt = Date.now();
    this.say(
      'warn',
      `${this.label} took a batch of ${spans} spans only in part, ` +
        `${partial.rejectedSpans} were rejected: ${partial.message}.`,
    );
  }

  /** Counts have to be right whatever becomes of the words about them. */
  private say(level: 'info' | 'warn', message: string): void {
    try {
      this.log[level](message);
    } catch (error) {
      noteFailure('log', error);
    }
  }
}
