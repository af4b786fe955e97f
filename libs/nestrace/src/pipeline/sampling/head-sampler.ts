import {
  isSpanContextValid,
  SpanKind,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Link,
  type SpanContext,
} from '@opentelemetry/api';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  type Sampler,
  type SamplingResult,
} from '@opentelemetry/sdk-trace';
import type { ResolvedOtelOptions } from '../../config/resolve-options.js';

const RECORD: SamplingResult = { decision: SamplingDecision.RECORD_AND_SAMPLED };
const DROP: SamplingResult = { decision: SamplingDecision.NOT_RECORD };

/**
 * Decides once per trace and process: at the local root. Below it the decision stands, whatever
 * the strategy, so a process never exports half of its part of a trace, and an ignored request
 * takes everything below it along.
 */
export class HeadSampler implements Sampler {
  constructor(
    private readonly root: Sampler,
    /** A sampler of the user may refuse single spans, so it sees every one, children too. */
    readonly looksAtSpans = false,
  ) {}

  shouldSample(
    context: Context,
    traceId: string,
    name: string,
    kind: SpanKind,
    attributes: Attributes,
    links: Link[],
  ): SamplingResult {
    const parent = trace.getSpanContext(context);
    if (parent !== undefined && parent.isRemote !== true && isSpanContextValid(parent)) {
      if (!isSampled(parent)) return DROP;
      if (!this.looksAtSpans) return RECORD;
    }
    return this.root.shouldSample(context, traceId, name, kind, attributes, links);
  }

  /** The decision where no span is looked at: `parent` is valid, and nothing else matters. */
  samples(parent: SpanContext | undefined, traceId: string, context: Context): boolean {
    if (parent !== undefined && parent.isRemote !== true) return isSampled(parent);
    const { decision } = this.root.shouldSample(context, traceId, '', SpanKind.INTERNAL, {}, []);
    return decision === SamplingDecision.RECORD_AND_SAMPLED;
  }

  toString(): string {
    return this.root.toString();
  }
}

function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** The sampler the options ask for. */
export function createSampler(options: ResolvedOtelOptions['sampling']): Sampler {
  if (options.sampler !== undefined) return new HeadSampler(options.sampler, true);
  switch (options.strategy) {
    case 'always':
      return new HeadSampler(new AlwaysOnSampler());
    case 'never':
      return new HeadSampler(new AlwaysOffSampler());
    case 'ratio':
      return new HeadSampler(ratioSampler(options.ratio));
    case 'parent_based':
      return new HeadSampler(new ParentBasedSampler({ root: ratioSampler(options.ratio) }));
    default:
      return options.strategy satisfies never;
  }
}

/** All and nothing are the usual ratios: nothing has to be reckoned for them. */
function ratioSampler(ratio: number): Sampler {
  if (ratio >= 1) return new AlwaysOnSampler();
  return ratio <= 0 ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(ratio);
}
