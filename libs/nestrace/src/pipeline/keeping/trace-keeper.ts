import { SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import { noteFailure } from '../../core/failures.js';
import { ATTR_NEST_TRACE_KEPT, ATTR_NEST_TRACE_OMITTED_SPANS } from '../attributes.js';
import type { KeepReason, LocalTrace } from '../local-trace.js';
import type { RecordedSpan } from '../spans/recorded-span.js';
import { TraceBuffer } from './trace-buffer.js';

/** What became of the traces that were not sampled. */
export interface KeepCounts {
  /** Traces that were exported, by the reason. */
  readonly kept: Readonly<Record<KeepReason, number>>;
  /** Spans that were exported. */
  readonly keptSpans: number;
  /** Traces that were not. */
  readonly discarded: number;
  /** Traces of which the root alone was recorded, since too many were open. */
  readonly overflowedTraces: number;
  /** Spans that were let go, since too many were waiting or they waited for too long. */
  readonly overflowedSpans: number;
}

/**
 * Decides at the end of a trace that was not sampled whether it is exported all the same. The root
 * is held by what it stands for, a request as a rule; spans below it wait in here, and there is a
 * bound to how many do, and for how long.
 */
export class TraceKeeper {
  private readonly counted = {
    kept: { error: 0, slow: 0, custom: 0 },
    keptSpans: 0,
    discarded: 0,
    overflowedTraces: 0,
    overflowedSpans: 0,
  };
  /** Traces with spans that wait, the oldest first. */
  private readonly open = new Set<TraceBuffer>();
  private waiting = 0;
  private pass: (span: ReadableSpan) => void = () => {};

  constructor(private readonly options: ResolvedOtelOptions['sampling']['keep']) {}

  /** Where spans go that are let go: whoever saw them start has to see them end. */
  passTo(pass: (span: ReadableSpan) => void): void {
    this.pass = pass;
  }

  get keepsWhole(): boolean {
    return this.options.spans === 'full';
  }

  get counts(): KeepCounts {
    return this.counted;
  }

  /** Spans that wait for the end of their trace. */
  get waitingSpans(): number {
    return this.waiting;
  }

  /** Whether another trace may be recorded as a whole. */
  hasRoom(): boolean {
    this.forgetOld();
    if (this.open.size < this.options.maxTraces) return true;
    this.counted.overflowedTraces++;
    return false;
  }

  /** A trace begins that may be kept. */
  watch(local: LocalTrace, root: RecordedSpan): void {
    if (root.unsampled?.below?.isCandidate !== true) return;
    local.buffer = new TraceBuffer();
    this.open.add(local.buffer);
  }

  /** Whether a span that has ended waits for the end of its trace. */
  holds(buffer: TraceBuffer, span: ReadableSpan): boolean {
    if (!buffer.isOpen && !buffer.isGone) return false;
    if (this.waiting >= this.options.maxSpans) this.forgetOld();
    if (buffer.isGone || this.waiting >= this.options.maxSpans) {
      this.counted.overflowedSpans++;
      buffer.omitted++;
      return false;
    }
    this.waiting++;
    buffer.add(span);
    return true;
  }

  /**
   * The root is about to end. Returns what has been waiting, which goes on now: to be exported where
   * the trace says what it is kept for.
   */
  decide(local: LocalTrace, root: RecordedSpan): readonly ReadableSpan[] {
    const { buffer } = local;
    const isOld = buffer !== undefined && this.isOld(buffer);
    if (isOld) this.letGo(buffer);
    const waiting = buffer === undefined ? [] : this.release(buffer);
    const reason = local.discarded ? undefined : this.reasonFor(root, waiting);
    if (reason === undefined) {
      this.counted.discarded++;
      return waiting;
    }
    local.keptFor = reason;
    this.counted.kept[reason]++;
    root.setAttribute(ATTR_NEST_TRACE_KEPT, reason);
    const omitted = local.omitted + (buffer?.omitted ?? 0);
    if (omitted > 0) root.setAttribute(ATTR_NEST_TRACE_OMITTED_SPANS, omitted);
    return waiting;
  }

  /** A span of a trace that is kept goes on to be exported. */
  handsOn(): void {
    this.counted.keptSpans++;
  }

  private reasonFor(root: RecordedSpan, waiting: readonly ReadableSpan[]): KeepReason | undefined {
    const { errors, slowMs, when } = this.options;
    if (errors && root.status.code === SpanStatusCode.ERROR) return 'error';
    if (slowMs !== false && root.durationMs >= slowMs) return 'slow';
    if (when === undefined) return undefined;
    try {
      const says = (span: ReadableSpan): boolean => {
        const answer: unknown = when(span);
        // A promise would keep everything.
        return answer === true;
      };
      return says(root) || waiting.some(says) ? 'custom' : undefined;
    } catch (error) {
      noteFailure('sampling', error);
      return undefined;
    }
  }

  private release(buffer: TraceBuffer): readonly ReadableSpan[] {
    this.open.delete(buffer);
    this.waiting -= buffer.size;
    return buffer.close();
  }

  private isOld({ since }: TraceBuffer): boolean {
    return performance.now() - since > this.options.maxAgeMs;
  }

  private forgetOld(): void {
    for (const buffer of this.open) {
      if (!this.isOld(buffer)) return;
      this.letGo(buffer);
    }
  }

  private letGo(buffer: TraceBuffer): void {
    const spans = this.release(buffer);
    buffer.isGone = true;
    buffer.omitted += spans.length;
    this.counted.overflowedSpans += spans.length;
    for (const span of spans) this.pass(span);
  }
}
