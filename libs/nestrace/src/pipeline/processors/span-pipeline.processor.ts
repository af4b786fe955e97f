import { ROOT_CONTEXT, trace, TraceFlags, type Context } from '@opentelemetry/api';
import type { ReadableSpan, Span, SpanProcessor } from '@opentelemetry/sdk-trace';
import { noteFailure } from '../../core/failures.js';
import type { RedactionPolicy } from '../../core/redaction/redaction-policy.js';
import { ATTR_NEST_TRACE_OMITTED_SPANS } from '../attributes.js';
import { joinFolding, leaveFolding, shownAbove } from '../folding/fold-spans.js';
import { releaseTo, type Release } from '../folding/release.js';
import { childForgotten, childStarted, isTooShort } from '../folding/short-spans.js';
import {
  joinLocalTrace,
  leaveLocalTrace,
  localTraceOf,
  NO_LIMITS,
  type LocalTrace,
  type TraceLimits,
} from '../local-trace.js';
import { asSampled, isCandidate } from '../keeping/kept-view.js';
import type { TraceKeeper } from '../keeping/trace-keeper.js';
import { redactSpan } from '../redaction/redact-span.js';
import { RecordedSpan } from '../spans/recorded-span.js';
import type { Telemetry } from '../telemetry.js';
import type { NPlusOneDetector } from './n-plus-one.detector.js';

/**
 * The one processor the SDK knows. It links every span to its local trace, holds back what must not
 * be exported, and hands the rest to the members in order. A member that throws is skipped for that
 * span; the others still get it.
 */
export class SpanPipeline implements SpanProcessor {
  private telemetry: Telemetry | undefined;
  private readonly all: readonly SpanProcessor[];

  constructor(
    private readonly members: readonly SpanProcessor[],
    private readonly nPlusOne?: NPlusOneDetector,
    /** Characters of a status message; the SDK limits attributes only. */
    private readonly maxMessageLength = Number.POSITIVE_INFINITY,
    private readonly limits: TraceLimits = NO_LIMITS,
    /** They also get what is recorded for this process alone, of which members shall not know. */
    private readonly watchers: readonly SpanProcessor[] = [],
    /** Decides about traces that are not sampled. */
    private readonly keeper?: TraceKeeper,
    /** Takes secrets out of spans; nothing is where it is off. */
    private readonly redaction?: RedactionPolicy,
  ) {
    this.all = [...members, ...watchers];
    nPlusOne?.releaseTo(this.deliver);
    keeper?.passTo(this.handOn);
  }

  /** Spans of this pipeline belong to this telemetry. It can only be made after the pipeline. */
  serve(telemetry: Telemetry): void {
    this.telemetry = telemetry;
  }

  onStart(span: Span, parentContext: Context): void {
    try {
      const caller = trace.getSpan(parentContext);
      const parent = caller && shownAbove(caller);
      const local = joinLocalTrace(span, parent, this.telemetry, this.limits);
      if (local.root === span && isCandidate(span)) this.keeper?.watch(local, span);
      releaseTo(span, this.release);
      joinFolding(span);
      if (this.limits.minDurationMs > 0) childStarted(span);
      this.nPlusOne?.onStart(span, parentContext);
    } catch (error) {
      noteFailure('processor.start', error);
    }
    for (const member of this.membersFor(span)) {
      try {
        member.onStart(span, parentContext);
      } catch (error) {
        noteFailure('processor.start', error);
      }
    }
  }

  onEnding(span: Span): void {
    this.endWithRoot(span);
    const { code, message } = span.status;
    if (message !== undefined && message.length > this.maxMessageLength) {
      span.setStatus({ code, message: message.slice(0, this.maxMessageLength) });
    }
    for (const member of this.membersFor(span)) {
      try {
        member.onEnding?.(span);
      } catch (error) {
        noteFailure('processor.end', error);
      }
    }
    if (this.redaction !== undefined) redactSpan(span as RecordedSpan, this.redaction);
    if (this.keeper !== undefined && isCandidate(span)) this.decideAbout(span, this.keeper);
  }

  /** A trace that is not sampled is over: it is known now whether it is exported all the same. */
  private decideAbout(root: RecordedSpan, keeper: TraceKeeper): void {
    const local = localTraceOf(root);
    if (local?.root !== root) return;
    try {
      for (const span of keeper.decide(local, root)) this.deliver(span);
    } catch (error) {
      noteFailure('processor.end', error);
    }
  }

  onEnd(span: ReadableSpan): void {
    try {
      leaveFolding(span);
    } catch (error) {
      noteFailure('processor.end', error);
    }
  }

  /** A span that will not be folded any more. */
  private readonly release: Release = (span, isKept): void => {
    try {
      const { minDurationMs } = this.limits;
      if (!isKept || (minDurationMs > 0 && isTooShort(span, minDurationMs))) {
        childForgotten(span as unknown as Span);
        leaveLocalTrace(span as unknown as Span, false);
        this.hand(asUnsampled(span));
        return;
      }
      leaveLocalTrace(span as unknown as Span, true);
      if (this.nPlusOne?.holds(span) === true) return;
    } catch (error) {
      noteFailure('processor.end', error);
    }
    this.deliver(span);
  };

  async forceFlush(): Promise<void> {
    this.nPlusOne?.releaseAll();
    await this.each((member) => member.forceFlush());
  }

  async shutdown(): Promise<void> {
    this.nPlusOne?.releaseAll();
    await this.each((member) => member.shutdown());
  }

  private endWithRoot(span: Span): void {
    const local = localTraceOf(span);
    if (local?.root !== span) return;
    if (local.isUndecided) local.decide();
    if (local.omitted > 0) span.setAttribute(ATTR_NEST_TRACE_OMITTED_SPANS, local.omitted);
    if (local.endsWithRoot === undefined) return;
    for (const end of local.endsWithRoot) {
      try {
        end();
      } catch (error) {
        noteFailure('processor.end', error);
      }
    }
  }

  private readonly deliver = (span: ReadableSpan): void => {
    const local = localTraceOf(span as unknown as Span);
    if (local?.holdsBack(span, this.deliver) === true) return;
    if (local?.discarded === true) this.hand(asUnsampled(span));
    else if (local === undefined || !isCandidate(span)) this.hand(span);
    else this.deliverCandidate(local, span);
  };

  private deliverCandidate(local: LocalTrace, span: RecordedSpan): void {
    const { buffer, keptFor } = local;
    if (keptFor !== undefined) {
      this.keeper?.handsOn();
      this.handKept(span);
    } else if (buffer === undefined || this.keeper?.holds(buffer, span) !== true) {
      this.hand(span);
    }
  }

  /** Who was not told of its start is told now. */
  private handKept(span: RecordedSpan): void {
    const kept = asSampled(span);
    this.hand(kept);
    if (span.unsampled?.isShown !== false) return;
    for (const watcher of this.watchers) {
      try {
        watcher.onStart(span, ROOT_CONTEXT);
        watcher.onEnd(kept);
      } catch (error) {
        noteFailure('processor.end', error);
      }
    }
  }

  private readonly handOn = (span: ReadableSpan): void => {
    this.hand(span);
  };

  private hand(ended: ReadableSpan): void {
    for (const member of this.membersFor(ended)) {
      try {
        member.onEnd(ended);
      } catch (error) {
        noteFailure('processor.end', error);
      }
    }
  }

  private membersFor(span: ReadableSpan): readonly SpanProcessor[] {
    const unsampled = span instanceof RecordedSpan ? span.unsampled : undefined;
    if (unsampled === undefined) return this.all;
    if (unsampled.staysHere) return this.watchers;
    return unsampled.isShown ? this.all : this.members;
  }

  /** A member that fails must not keep the others from being flushed. */
  private async each(act: (member: SpanProcessor) => Promise<void>): Promise<void> {
    await Promise.all(
      this.all.map(async (member) => {
        try {
          await act(member);
        } catch (error) {
          noteFailure('processor.end', error);
        }
      }),
    );
  }
}

/**
 * A span that must leave no trace still ends for those who saw it start; what is not sampled, no
 * processor may export (https://opentelemetry.io/docs/specs/otel/trace/sdk/#sampling).
 */
function asUnsampled(span: ReadableSpan): ReadableSpan {
  const spanContext = { ...span.spanContext(), traceFlags: TraceFlags.NONE };
  return Object.create(span, { spanContext: { value: () => spanContext } }) as ReadableSpan;
}
