import { describe, expect, it } from 'vitest';
import { recordingState } from '../../../../../libs/nestrace/src/sinks/panel/status/recording-state.js';
import { ConfigFiles } from '../../../support/config-file.js';
import { resolve } from '../../../support/options.js';

const state = (options: object, env = {}): ReturnType<typeof recordingState> =>
  recordingState(resolve(options, env), false);

describe('recordingState', () => {
  it('is well while all is recorded, sampled or not', () => {
    expect(state({})).toEqual({ state: 'recording' });
    expect(state({ sampling: { ratio: 0 } })).toEqual({ state: 'recording' });
    expect(state({ panel: { recordUnsampled: false } })).toEqual({ state: 'recording' });
  });

  it('names who decides that only some or none are', () => {
    const panel = { recordUnsampled: false };
    expect(state({ panel }, { OTEL_SAMPLING_RATIO: '0.1' })).toEqual({
      state: 'partly-sampling',
      reason:
        'The sampler records 10 % of the traces (the variable OTEL_SAMPLING_RATIO), and what is kept for how it ends. Set panel.recordUnsampled to see all of them here.',
    });
    expect(state({ panel, sampling: { strategy: 'never' } }).reason).toContain('sampling.strategy');
    expect(state({ panel, sampling: { ratio: 0 } }).state).toBe('not-sampling');
    const rules = [{ match: '/a', ratio: 0.5 }];
    expect(state({ panel, sampling: { rules, keep: false } }).reason).toBe(
      'The sampler records 100 % of the traces (sampling.ratio), others by sampling.rules. Set panel.recordUnsampled to see all of them here.',
    );
    expect(state({ panel, sampling: { ratio: 0, rules } }).state).toBe('partly-sampling');
    expect(state({ panel, sampling: { rules: [{ match: '/a', ratio: 1 }] } }).state).toBe(
      'recording',
    );
  });

  it('names the line of the file that decides it', async () => {
    const files = new ConfigFiles();
    const options = await files.load('tracing:\n  sampling:\n    ratio: 0\n', {
      panel: { recordUnsampled: false },
    });
    expect(files.shortened(recordingState(options, false).reason ?? '')[0]).toContain(
      '(sampling.ratio in otel.yaml:3)',
    );
    files.remove();
  });

  it('cannot see the spans of another SDK', () => {
    expect(recordingState(resolve(), true).state).toBe('foreign-sdk');
  });
});
