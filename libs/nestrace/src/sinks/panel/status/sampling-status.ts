import type { Sampler } from '@opentelemetry/sdk-trace';
import type { SamplingRule } from '../../../config/sampling-rules.options.js';
import type { TraceKeeper } from '../../../pipeline/keeping/trace-keeper.js';
import { HeadSampler } from '../../../pipeline/sampling/head-sampler.js';
import type { SamplingStatus } from '../contract/index.js';

/** What the rules have decided, and what was kept of what the sampler left out. */
export function samplingStatus(
  sampler: Sampler | undefined,
  keeper: TraceKeeper | undefined,
): SamplingStatus {
  const rules = sampler instanceof HeadSampler ? (sampler.rules?.all ?? []) : [];
  return {
    rules: rules.map(({ rule, decided, sampled }) => ({
      match: describeMatch(rule.match),
      ratio: rule.ratio,
      decided,
      sampled,
    })),
    ...(keeper !== undefined && { keeping: { ...keeper.counts, waiting: keeper.waitingSpans } }),
  };
}

function describeMatch(match: SamplingRule['match']): string {
  if (typeof match === 'string') return match;
  if (match instanceof RegExp) return String(match);
  if (typeof match === 'function') return match.name === '' ? 'a function' : `${match.name}()`;
  const { transport, method, path, name } = match;
  const methods = method === undefined ? undefined : [method].flat().join('|');
  return [transport, methods, path, name].filter((part) => part !== undefined).join(' ');
}
