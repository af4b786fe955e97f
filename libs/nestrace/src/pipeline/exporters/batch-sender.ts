import { setImmediate } from 'node:timers/promises';
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { ExportError, PartialSuccessError } from './export.error.js';
import type { FailureReason } from './failure-counts.js';
import { failureReason } from './failure-reason.js';
import type { SpanFormat } from './span-format.js';
import type { SendResult, Transport } from './transport.js';

/** What an operator may want to know of a batch that was taken. */
export interface SendNotes {
  /** The backend does not take so many bytes at once. */
  readonly onTooLarge: (bytes: number) => void;
  /** What it answered is not what such a backend answers. */
  readonly onOddAnswer: () => void;
}

interface Part {
  readonly bytes: Uint8Array;
  readonly spans: number;
}

/** What became of the parts of one batch. */
interface Tally {
  exported: number;
  lost: number;
  readonly reasons: Partial<Record<FailureReason, number>>;
  message: string;
  error: ExportError | undefined;
}

/** Limits are raised. */
const REMEMBER_LIMIT_MS = 600_000;

/**
 * Sends batches, those that are too large for the backend in halves. What it found too large is not
 * offered to it again for some minutes.
 */
export class BatchSender {
  private tooLargeBytes = Infinity;
  private knownUntil = 0;

  constructor(
    private readonly format: SpanFormat,
    private readonly transport: Transport,
    private readonly notes: SendNotes | undefined,
  ) {}

  /** Never rejects. */
  async send(bytes: Uint8Array, spans: number, timeoutMs: number): Promise<ExportResult> {
    const tally: Tally = { exported: 0, lost: 0, reasons: {}, message: '', error: undefined };
    const deadline = performance.now() + timeoutMs;
    if (performance.now() >= this.knownUntil) this.tooLargeBytes = Infinity;
    let isFirst = true;
    // The smallest part that was refused, of which it is not known yet that less would be taken.
    let refused = Infinity;
    // The last one is the next.
    const open: Part[] = [{ bytes, spans }];
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      const isKnownTooLarge = part.bytes.length >= this.tooLargeBytes;
      const halves = isKnownTooLarge ? await this.halvesOf(part) : undefined;
      if (halves !== undefined) {
        open.push(...halves);
        continue;
      }
      const leftMs = Math.ceil(deadline - performance.now());
      // The parts share the time of the batch; an attempt without any would only be cut off.
      const result =
        isFirst || leftMs > 0 ? await this.transport.send(part.bytes, leftMs) : OUT_OF_TIME;
      if (result.outcome === 'ok') {
        this.learn(refused);
        refused = Infinity;
        this.noteTaken(tally, part, result.body);
      } else if (failureReason(result.error) === 'too_large') {
        refused = part.bytes.length;
        this.notes?.onTooLarge(refused);
        const smaller = await this.halvesOf(part);
        if (smaller === undefined) lose(tally, part.spans, result.error);
        else open.push(...smaller);
      } else {
        // It would be the same with what is left.
        const left = open.splice(0).reduce((sum, rest) => sum + rest.spans, part.spans);
        lose(tally, left, isFirst ? result.error : ofWhole(result.error, timeoutMs));
      }
      isFirst = false;
    }
    return resultOf(tally);
  }

  private noteTaken(tally: Tally, { spans }: Part, answer: Uint8Array): void {
    const partial = this.format.partialSuccess?.(answer);
    if (this.format.isAnswer?.(answer) === false) this.notes?.onOddAnswer();
    const rejected = Math.min(partial?.rejectedSpans ?? 0, spans);
    tally.exported += spans - rejected;
    if (partial !== undefined) count(tally, rejected, 'rejected', partial.message);
  }

  /** A part was refused, and then a smaller one taken: who refuses everything has no limit. */
  private learn(tooLarge: number): void {
    if (tooLarge >= this.tooLargeBytes) return;
    if (this.tooLargeBytes === Infinity) this.knownUntil = performance.now() + REMEMBER_LIMIT_MS;
    this.tooLargeBytes = tooLarge;
  }

  private async halvesOf({ bytes, spans }: Part): Promise<Part[] | undefined> {
    if (spans < 2 || this.format.split === undefined) return undefined;
    // Other work comes first: there may be many halves to make.
    await setImmediate();
    const first = Math.ceil(spans / 2);
    const [one, other] = this.format.split(bytes, first);
    return [
      { bytes: other, spans: spans - first },
      { bytes: one, spans: first },
    ];
  }
}

const OUT_OF_TIME: SendResult = {
  outcome: 'failed',
  error: new ExportError('no time is left', { code: 'ETIMEDOUT' }),
};

/** A part had what the others had left of the time, and nobody has set that. */
function ofWhole(error: ExportError, timeoutMs: number): ExportError {
  const isOutOfTime = error.facts.httpStatus === undefined && failureReason(error) === 'timeout';
  if (!isOutOfTime) return error;
  const message = `no answer within ${Math.round(timeoutMs)} ms`;
  const whole = new ExportError(message, error.facts, { cause: error });
  whole.mayPass = error.mayPass;
  return whole;
}

function lose(tally: Tally, spans: number, error: ExportError): void {
  tally.error = error;
  count(tally, spans, failureReason(error), error.message);
}

function count(tally: Tally, spans: number, reason: FailureReason, message: string): void {
  tally.lost += spans;
  tally.reasons[reason] = (tally.reasons[reason] ?? 0) + spans;
  tally.message ||= message;
}

function resultOf({ exported, lost, reasons, message, error }: Tally): ExportResult {
  if (exported === 0 && error !== undefined) return { code: ExportResultCode.FAILED, error };
  if (lost === 0) return { code: ExportResultCode.SUCCESS };
  return {
    code: ExportResultCode.SUCCESS,
    error: new PartialSuccessError(lost, message, reasons),
  };
}
