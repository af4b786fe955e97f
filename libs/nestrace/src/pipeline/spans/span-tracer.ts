import {
  context as contexts,
  INVALID_SPAN_CONTEXT,
  isSpanContextValid,
  SpanKind,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type SpanContext,
  type SpanOptions,
  type Tracer,
  type TraceState,
} from '@opentelemetry/api';
import { isTracingSuppressed, sanitizeAttributes } from '@opentelemetry/core';
import { SamplingDecision, type Sampler } from '@opentelemetry/sdk-trace';
import type { IgnoreRequest } from '../../config/sampling.options.js';
import { withSpan } from '../context-frame.js';
import { shownAbove } from '../folding/fold-spans.js';
import { linkToStart, livingContext } from '../lifecycle-scope.js';
import { DROP, RECORD_AND_SAMPLE, RECORD_ONLY } from '../metrics/span-counts.js';
import { HeadSampler } from '../sampling/head-sampler.js';
import { randomSpanId, randomTraceId } from './random-ids.js';
import { RecordedSpan, type SpanOrigin } from './recorded-span.js';
import { ALONE, type UnsampledRecording } from './unsampled.js';

export interface SpanTracerOptions extends SpanOptions {
  /**
   * Makes the attributes, in place of `attributes`, once it is known that somebody is to see them:
   * of most requests nobody is. They are valid, and nobody else has the object.
   */
  readonly describe?: (() => Attributes) | undefined;
  /** What has come in, where that is a request: rules of sampling look at it. */
  readonly request?: IgnoreRequest | undefined;
}

type Run = (span: Span) => unknown;

const { INTERNAL } = SpanKind;

/** Makes the spans of one instrumentation scope. */
export class SpanTracer implements Tracer {
  constructor(
    private readonly origin: SpanOrigin,
    private readonly sampler: Sampler,
  ) {}

  startSpan(name: string, options: SpanTracerOptions = {}, active = contexts.active()): Span {
    const around = options.root ? trace.deleteSpan(active) : livingContext(active);
    if (isTracingSuppressed(around)) return trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
    if (around !== active && !options.root) options = withLinkToStart(options, active);
    return this.sampler instanceof HeadSampler && !this.sampler.looksAtSpans
      ? this.start(name, options, around, this.sampler)
      : this.startIfWanted(name, options, around);
  }

  startActiveSpan<F extends Run>(name: string, run: F): ReturnType<F>;
  startActiveSpan<F extends Run>(name: string, options: SpanOptions, run: F): ReturnType<F>;
  startActiveSpan<F extends Run>(
    name: string,
    options: SpanOptions,
    active: Context,
    run: F,
  ): ReturnType<F>;
  startActiveSpan(name: string, ...rest: (SpanOptions | Context | Run | undefined)[]): unknown {
    const run = rest.pop() as Run | undefined;
    if (run === undefined) return undefined;
    const [options, active = contexts.active()] = rest as [SpanOptions?, Context?];
    const span = this.startSpan(name, options, active);
    return contexts.with(withSpan(active, span), run, undefined, span);
  }

  /** The decision is about the trace: it has been made above, or is made now by the id alone. */
  private start(
    name: string,
    options: SpanTracerOptions,
    around: Context,
    sampler: HeadSampler,
  ): Span {
    const parent = parentIn(around);
    const own = childOf(parent);
    if (sampler.samples(parent, own.traceId, around, name, options)) {
      own.traceFlags = TraceFlags.SAMPLED;
      return this.record(name, options, around, parent, own);
    }
    const unsampled = this.recordingOf(parent, around);
    if (unsampled === undefined) return this.drop(parent, own);
    return this.record(name, options, around, parent, own, unsampled);
  }

  /** The sampler sees the whole span, and may add to it. */
  private startIfWanted(name: string, options: SpanTracerOptions, around: Context): Span {
    const parent = parentIn(around);
    const own = childOf(parent);
    const attributes = sanitizeAttributes(options.describe?.() ?? options.attributes);
    const kind = options.kind ?? INTERNAL;
    const links = (options.links ?? []).map((link) => ({
      context: link.context,
      attributes: sanitizeAttributes(link.attributes),
    }));
    const { traceId } = own;
    const verdict = this.sampler.shouldSample(around, traceId, name, kind, attributes, links);
    if (verdict.traceState !== undefined) own.traceState = verdict.traceState;
    let unsampled: UnsampledRecording | undefined;
    if (verdict.decision === SamplingDecision.RECORD_AND_SAMPLED) {
      own.traceFlags = TraceFlags.SAMPLED;
    } else if (verdict.decision === SamplingDecision.RECORD) {
      unsampled = this.origin.unsampled?.ofRecorded() ?? ALONE;
    } else {
      unsampled = this.recordingOf(parent, around);
      if (unsampled === undefined) return this.drop(parent, own);
    }
    Object.assign(attributes, verdict.attributes);
    const described = { ...options, attributes, describe: undefined };
    return this.record(name, described, around, parent, own, unsampled);
  }

  /**
   * What was not sampled may still be recorded, but nothing below what is not: a request that is to
   * leave no trace leaves none.
   */
  private recordingOf(
    parent: SpanContext | undefined,
    around: Context,
  ): UnsampledRecording | undefined {
    const { unsampled } = this.origin;
    if (unsampled === undefined) return undefined;
    if (parent === undefined || parent.isRemote === true) return unsampled.ofRoot();
    const caller = trace.getSpan(around);
    return caller instanceof RecordedSpan ? caller.unsampled?.below : undefined;
  }

  private drop(parent: SpanContext | undefined, own: SpanContext): Span {
    this.origin.counts?.started(parent, DROP);
    return trace.wrapSpanContext(own);
  }

  private record(
    name: string,
    { kind, attributes, describe, links, startTime }: SpanTracerOptions,
    around: Context,
    parent: SpanContext | undefined,
    own: SpanContext,
    unsampled?: UnsampledRecording,
  ): Span {
    const { counts } = this.origin;
    counts?.started(parent, unsampled === undefined ? RECORD_AND_SAMPLE : RECORD_ONLY);
    const span = new RecordedSpan(this.origin, own, parent, name, kind ?? INTERNAL, startTime);
    if (unsampled !== undefined) span.unsampled = unsampled;
    // Applications in JavaScript say null for what they do not have.
    if (links != null) span.addLinks(links);
    if (describe !== undefined) span.adopt(describe());
    else if (attributes !== undefined) span.copy(attributes);
    this.origin.processor.onStart(span, around);
    return span;
  }
}

/**
 * An operation that a hook of the start has begun says so. A request, a query or a call goes through
 * a server or a pool, and has nothing to do with who has opened that.
 */
function withLinkToStart(options: SpanTracerOptions, active: Context): SpanTracerOptions {
  const { kind, links } = options;
  return (kind ?? INTERNAL) === INTERNAL
    ? { ...options, links: [...linkToStart(active), ...(links ?? [])] }
    : options;
}

/**
 * Starts a span of any tracer, that of another SDK as well, with attributes that are made when they
 * are needed.
 */
export function startDescribed(
  tracer: Tracer,
  name: string,
  kind: SpanKind,
  describe: () => Attributes,
  context: Context,
  request?: IgnoreRequest,
): Span {
  return tracer instanceof SpanTracer
    ? tracer.startSpan(name, { kind, describe, request }, context)
    : tracer.startSpan(name, { kind, attributes: describe() }, context);
}

/** The ids of the span above; those of a span of nestrace need no check. */
function parentIn(around: Context): SpanContext | undefined {
  const caller = trace.getSpan(around);
  const span = caller && shownAbove(caller);
  const ids = span?.spanContext();
  return ids !== undefined && (span instanceof RecordedSpan || isSpanContextValid(ids))
    ? ids
    : undefined;
}

/** The ids of a new span, which is not sampled as yet. */
function childOf(parent: SpanContext | undefined): SpanContext {
  return {
    traceId: parent?.traceId ?? randomTraceId(),
    spanId: randomSpanId(),
    traceFlags: TraceFlags.NONE,
    // Without one it is left undefined and not left out: all of these objects have one shape.
    traceState: parent?.traceState as TraceState,
  };
}
