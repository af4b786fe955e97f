import { noteFailure } from '../../core/failures.js';
import type { OperationsLog } from '../../core/operations-log.js';
import { hideSecrets } from '../../core/redaction/secret-values.js';
import { SPAN_TOO_LARGE } from './export-hint.js';
import type { PartialSuccessError } from './export.error.js';
import { noFailures, type FailureReason } from './failure-counts.js';

/** Between two lines about the same trouble; a flapping backend must not fill the log. */
const SAY_AGAIN_AFTER_MS = 60_000;

/** What a backend or an exporter says may be of any length. */
const MAX_MESSAGE = 300;

const WORDS = {
  queue_full: 'queue full',
  unreachable: 'backend not reachable',
  timeout: 'no answer in time',
  unavailable: 'backend not ready',
  refused: 'refused',
  too_large: 'too large',
  rejected: 'rejected',
  shutdown: 'cut off by the shutdown',
  other: 'other reasons',
} as const satisfies Record<FailureReason | 'queue_full', string>;

type Losses = Readonly<Record<keyof typeof WORDS, number>>;

/** Everything that is said about one delivery, each thing as rarely as it is useful. */
export class DeliveryWords {
  private before: Losses = { ...noFailures(), queue_full: 0 };
  /** The failure was said, so its end has to be said too. */
  private owesRecovery = false;
  private readonly saidAt = new Map<string, number>();

  constructor(
    private readonly label: string,
    private readonly log: OperationsLog,
  ) {}

  /** Only what is lost from now on belongs to this trouble. */
  troubleBegins(losses: Losses): void {
    this.before = losses;
  }

  fails(message: string, hint: string | undefined): void {
    if (this.owesRecovery || !this.isTimeFor('failure')) return;
    this.owesRecovery = true;
    this.say(
      'warn',
      `Spans cannot be delivered to ${this.label}: ${shown(message)}.${hint === undefined ? '' : ` ${hint}`} ` +
        `The application is not affected; this is said once, until it works again.`,
    );
  }

  worksAgain(since: number, losses: Losses, waited: number): void {
    if (!this.owesRecovery) return;
    this.owesRecovery = false;
    const seconds = Math.round((Date.now() - since) / 1000);
    const lost = difference(losses, this.before);
    const reasons = lost.map(([reason, spans]) =>
      lost.length === 1 ? WORDS[reason] : `${spans} ${WORDS[reason]}`,
    );
    this.say(
      'info',
      `Spans are delivered to ${this.label} again, after ${seconds} s; ` +
        `${lost.reduce((sum, [, spans]) => sum + spans, 0)} were lost meanwhile` +
        (reasons.length > 0 ? ` (${reasons.join(', ')})` : '') +
        (waited > 0 ? `, ${waited} waited and are sent now.` : '.'),
    );
  }

  queueIsFull(dropped: number, isFailing: boolean): void {
    if (!this.isTimeFor('full')) return;
    const remedy = isFailing
      ? 'It fills because nothing can be delivered.'
      : 'Raise batch.maxQueueSize or lower sampling.ratio if the backend is well.';
    this.say(
      'warn',
      `The queue of ${this.label} is full, spans are dropped (${dropped} so far). ${remedy}`,
    );
  }

  partial({ rejectedSpans, message, reasons }: PartialSuccessError, spans: number): void {
    if (!this.isTimeFor('partial')) return;
    const hint = reasons?.too_large === undefined ? '' : ` ${SPAN_TOO_LARGE}`;
    const isRejection = Object.keys(reasons ?? {}).every((reason) => reason === 'rejected');
    this.say(
      'warn',
      `${this.label} took a batch of ${spans} spans only in part, ${rejectedSpans} were ` +
        `${isRejection ? 'rejected' : 'lost'}: ${shown(message)}.${hint}`,
    );
  }

  tooLarge(bytes: number): void {
    if (!this.isTimeOnce('large')) return;
    this.say(
      'info',
      `${this.label} does not take ${Math.ceil(bytes / 1024)} KiB at once: larger batches are cut in ` +
        `halves. With a lower batch.maxExportBatchSize that is not necessary.`,
    );
  }

  oddAnswer(): void {
    if (!this.isTimeOnce('odd')) return;
    this.say(
      'warn',
      `${this.label} takes the spans, but does not answer as such a backend does. If they do not ` +
        `appear there, check host, port and path.`,
    );
  }

  private isTimeFor(what: string): boolean {
    // The wall clock may be set back, and then nothing would be said for long.
    const now = performance.now();
    if (now - (this.saidAt.get(what) ?? Number.NEGATIVE_INFINITY) < SAY_AGAIN_AFTER_MS)
      return false;
    this.saidAt.set(what, now);
    return true;
  }

  private isTimeOnce(what: string): boolean {
    return !this.saidAt.has(what) && this.isTimeFor(what);
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

/** One line of words others have chosen. */
function shown(message: string): string {
  const line = hideSecrets(message).text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
  return line.length <= MAX_MESSAGE ? line : `${line.slice(0, MAX_MESSAGE)}…`;
}

function difference(now: Losses, before: Losses): [keyof Losses, number][] {
  return (Object.keys(WORDS) as (keyof Losses)[])
    .map((reason): [keyof Losses, number] => [reason, now[reason] - before[reason]])
    .filter(([, spans]) => spans > 0);
}
