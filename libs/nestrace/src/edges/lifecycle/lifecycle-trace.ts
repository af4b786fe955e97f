import {
  context,
  ROOT_CONTEXT,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context,
  type HrTime,
  type Span,
} from '@opentelemetry/api';
import { noteFailure } from '../../core/failures.js';
import { ATTR_ERROR_TYPE, ATTR_NEST_TYPE, NEST_TYPE_LIFECYCLE } from '../../pipeline/attributes.js';
import { errorType, messageOf, recordException } from '../../pipeline/exceptions.js';
import { withLifecycle, type LifecycleScope } from '../../pipeline/lifecycle-scope.js';
import { localTraceOf } from '../../pipeline/local-trace.js';
import { clockOffset, isBefore, timeAt } from '../../pipeline/span-clock.js';
import type { Telemetry } from '../../pipeline/telemetry.js';

/** What an application, a phase or a hook failed with; anything may be thrown. */
export interface Failure {
  readonly error: unknown;
}

/** A part of a trace: from when to when, on the monotonic clock. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** A phase that is under way. */
export interface Phase {
  readonly span: Span;
  /** What belongs to the phase has to run in here. */
  readonly context: Context;
}

/** The trace of one application that starts or ends: a root, and its phases below. */
export class LifecycleTrace implements LifecycleScope {
  isOver = false;
  private readonly root: Span;
  private readonly below: Context;
  private readonly start: HrTime;
  private readonly clockOffset: number;
  private injection: { readonly span: Span; readonly end: HrTime } | undefined;

  constructor(
    readonly telemetry: Telemetry,
    name: string,
    startedAt: number,
  ) {
    const offset = clockOffset();
    this.start = timeAt(offset, startedAt);
    this.root = telemetry.tracer.startSpan(
      name,
      { attributes: LIFECYCLE, startTime: this.start },
      ROOT_CONTEXT,
    );
    this.clockOffset = localTraceOf(this.root)?.clockOffset ?? offset;
    this.below = trace.setSpan(ROOT_CONTEXT, this.root);
  }

  get traceId(): string {
    return this.root.spanContext().traceId;
  }

  /** Whether the sampler wants it. */
  get isRecorded(): boolean {
    return this.root.isRecording();
  }

  describe(attributes: Attributes): void {
    this.root.setAttributes(attributes);
  }

  contextAt(start: HrTime): Context | undefined {
    if (this.isOver || isBefore(start, this.start)) return undefined;
    const { injection } = this;
    return injection !== undefined && isBefore(start, injection.end)
      ? trace.setSpan(this.below, injection.span)
      : this.below;
  }

  /** Begins a phase. It keeps everything that is in the active context but the span. */
  begin(name: string): Phase {
    const span = this.isRecorded
      ? this.telemetry.tracer.startSpan(name, { attributes: LIFECYCLE }, this.below)
      : this.root;
    return { span, context: withLifecycle(trace.setSpan(context.active(), span), this) };
  }

  finish({ span }: Phase, failure: Failure | undefined): void {
    if (span === this.root) return;
    if (failure !== undefined) failLifecycle(span, failure);
    span.end();
  }

  /** Adds a phase that is over. */
  add(name: string, { from, to }: Interval, failure?: Failure): Span {
    const { tracer } = this.telemetry;
    const startTime = timeAt(this.clockOffset, from);
    const span = tracer.startSpan(name, { attributes: LIFECYCLE, startTime }, this.below);
    if (failure !== undefined) failLifecycle(span, failure);
    span.end(timeAt(this.clockOffset, to));
    return span;
  }

  /** Adds the phase in which providers were made; what they did is reported by others, and later. */
  addInjection(interval: Interval): void {
    const span = this.add('dependency injection', interval);
    this.injection = { span, end: timeAt(this.clockOffset, interval.to) };
  }

  /** What is still running in a context of this trace does not belong to it any more. */
  close(): void {
    this.isOver = true;
  }

  end(failure?: Failure): void {
    this.close();
    if (failure !== undefined) failLifecycle(this.root, failure);
    this.root.end(timeAt(this.clockOffset));
  }
}

const LIFECYCLE: Attributes = { [ATTR_NEST_TYPE]: NEST_TYPE_LIFECYCLE };

/** Whatever is thrown here fails the start or the end of an application, an HttpException too. */
export function failLifecycle(span: Span, { error }: Failure): void {
  if (!span.isRecording()) return;
  try {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute(ATTR_ERROR_TYPE, errorType(error));
    span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
    recordException(span, error);
  } catch (inner) {
    // What was thrown may throw when it is looked at; the span has to end all the same.
    noteFailure('lifecycle', inner);
  }
}
