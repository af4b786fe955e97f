import type { ResolvedOtelOptions } from '../../config/resolve-options.js';

/** Who decides which traces are exported, in the words of the options. */
export function describeSampling({ sampling }: Pick<ResolvedOtelOptions, 'sampling'>): string {
  if (sampling.sampler !== undefined) return sampling.sampler.toString();
  const { strategy, ratio } = sampling;
  return strategy === 'always' || strategy === 'never' ? strategy : `${strategy}, ratio ${ratio}`;
}
