import type { ResolvedOtelOptions } from '../../config/resolve-options.js';

/** Which share of the traces that begin here is sampled, where no rule says otherwise. */
export function rootShare({
  strategy,
  ratio,
}: Pick<ResolvedOtelOptions['sampling'], 'strategy' | 'ratio'>): number {
  if (strategy === 'always') return 1;
  return strategy === 'never' ? 0 : ratio;
}
