import type { ResolvedOtelOptions } from '../../config/resolve-options.js';

/** Whether any trace that is not sampled may be exported all the same. */
export function keepsSomething({
  enabled,
  errors,
  slowMs,
  when,
}: ResolvedOtelOptions['sampling']['keep']): boolean {
  return enabled && (errors || slowMs !== false || when !== undefined);
}
