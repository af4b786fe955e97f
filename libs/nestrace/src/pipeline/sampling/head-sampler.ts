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
import { rootShare } from './root-share.js';
import type { RootStart } from './sampling-root.js';
import { SamplingRules } from './sampling-rules.js';

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
    readonly rules?: SamplingRules,
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
    const caller = parent !== undefined && isSpanContextValid(parent) ? parent : undefined;
    if (caller !== undefined && caller.isRemote !== true) {
      if (!isSampled(caller)) return DROP;
      if (!this.looksAtSpans) return RECORD;
    }
    if (this.looksAtSpans) {
      return this.root.shouldSample(context, traceId, name, kind, attributes, links);
    }
    return this.samples(caller, traceId, context, name, { kind, attributes }) ? RECORD : DROP;
  }

  /**
   * The decision where no sampler looks at single spans: `parent` is valid, and the rest is only
   * looked at where a trace begins and there are rules.
   */
  samples(
    parent: SpanContext | undefined,
    traceId: string,
    context: Context,
    name: string,
    start: RootStart,
  ): boolean {
    if (parent !== undefined && parent.isRemote !== true) return isSampled(parent);
    const rule = this.rules?.find(name, start);
    if (rule === undefined) return decides(this.root, context, traceId);
    const isWanted = decides(rule.sampler, context, traceId);
    rule.decided++;
    if (isWanted) rule.sampled++;
    return isWanted;
  }

  toString(): string {
    return this.root.toString();
  }
}

function decides(sampler: Sampler, context: Context, traceId: string): boolean {
  const { decision } = sampler.shouldSample(context, traceId, '', SpanKind.INTERNAL, {}, []);
  return decision === SamplingDecision.RECORD_AND_SAMPLED;
}

function isSampled({ traceFlags }: SpanContext): boolean {
  return (traceFlags & TraceFlags.SAMPLED) !== 0;
}

/** The sampler the options ask for. */
export function createSampler({
  sampler,
  strategy,
  ratio,
  rules,
}: Pick<ResolvedOtelOptions['sampling'], 'sampler' | 'strategy' | 'ratio' | 'rules'>): Sampler {
  if (sampler !== undefined) return new HeadSampler(sampler, true);
  const samplerFor = (share: number): Sampler =>
    strategy === 'parent_based'
      ? new ParentBasedSampler({ root: ratioSampler(share) })
      : ratioSampler(share);
  return new HeadSampler(
    samplerFor(rootShare({ strategy, ratio })),
    false,
    rules.length === 0 ? undefined : new SamplingRules(rules, samplerFor),
  );
}

/** All and nothing are the usual ratios: nothing has to be reckoned for them. */
function ratioSampler(ratio: number): Sampler {
  if (ratio >= 1) return new AlwaysOnSampler();
  return ratio <= 0 ? new AlwaysOffSampler() : new TraceIdRatioBasedSampler(ratio);
}
