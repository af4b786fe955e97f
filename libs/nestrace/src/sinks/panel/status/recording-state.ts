import type { ResolvedOtelOptions } from '../../../config/resolve-options.js';
import { keepsSomething } from '../../../pipeline/keeping/keeps-something.js';
import { rootShare } from '../../../pipeline/sampling/root-share.js';
import type { RecordingState } from '../contract/index.js';

/** Whether traces come, and if not, who decided that. */
export function recordingState(
  { sampling, panel, origins }: ResolvedOtelOptions,
  usesForeignProvider: boolean,
): RecordingState {
  if (usesForeignProvider) {
    return {
      state: 'foreign-sdk',
      reason:
        'Another OpenTelemetry SDK was set up in this process before nestrace. Its spans go to its own processors; this panel cannot see them.',
    };
  }
  if (panel.recordUnsampled || sampling.sampler !== undefined) return { state: 'recording' };
  const { strategy, rules, keep } = sampling;
  const share = rootShare(sampling);
  const shares = [share, ...rules.map((rule) => rule.ratio)];
  if (shares.every((one) => one >= 1)) return { state: 'recording' };
  const path = strategy === 'never' ? 'sampling.strategy' : 'sampling.ratio';
  const { variable, file, line } = origins.get(path) ?? {};
  const written = file === undefined ? path : `${path} in ${file}:${line}`;
  const why = variable === undefined ? written : `the variable ${variable}`;
  const kept = keepsSomething(keep) ? ', and what is kept for how it ends' : '';
  if (shares.every((one) => one <= 0)) {
    return {
      state: 'not-sampling',
      reason: `The sampler records nothing (${why})${kept}. Set panel.recordUnsampled to see all traces here.`,
    };
  }
  const byRules = rules.length > 0 ? ', others by sampling.rules' : '';
  return {
    state: 'partly-sampling',
    reason: `The sampler records ${Math.round(share * 1000) / 10} % of the traces (${why})${byRules}${kept}. Set panel.recordUnsampled to see all of them here.`,
  };
}
