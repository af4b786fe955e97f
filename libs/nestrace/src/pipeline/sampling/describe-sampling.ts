import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import { rootShare } from './root-share.js';

type Sampling = ResolvedOtelOptions['sampling'];

/** Who decides which traces are exported, in the words of the options. */
export function describeSampling({ sampling }: Pick<ResolvedOtelOptions, 'sampling'>): string {
  if (sampling.sampler !== undefined) return sampling.sampler.toString() + keptToo(sampling);
  const { strategy, ratio, rules } = sampling;
  const isPlain = strategy === 'always' || strategy === 'never';
  const head = isPlain ? strategy : `${strategy}, ratio ${ratio}`;
  const share = rootShare(sampling);
  const leavesOut = share < 1 || rules.some((rule) => rule.ratio < 1);
  return head + rulesOf(rules.length) + (leavesOut ? keptToo(sampling) : '');
}

function rulesOf(count: number): string {
  return count === 0 ? '' : `, ${count} ${count === 1 ? 'rule' : 'rules'}`;
}

/** What is exported of the traces the sampler leaves out. */
function keptToo({ keep }: Sampling): string {
  if (!keep.enabled) return '';
  const kept = [
    keep.errors && 'errors',
    keep.slowMs !== false && `what takes ${keep.slowMs} ms`,
    keep.when !== undefined && 'what sampling.keep.when says',
  ].filter((part) => part !== false);
  return kept.length === 0 ? '' : `, keeps ${kept.join(' and ')}`;
}
