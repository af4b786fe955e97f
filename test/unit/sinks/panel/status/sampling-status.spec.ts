import { AlwaysOnSampler } from '@opentelemetry/sdk-trace';
import { ROOT_CONTEXT } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { TraceKeeper } from '../../../../../libs/nestrace/src/pipeline/keeping/trace-keeper.js';
import {
  createSampler,
  HeadSampler,
} from '../../../../../libs/nestrace/src/pipeline/sampling/head-sampler.js';
import { samplingStatus } from '../../../../../libs/nestrace/src/sinks/panel/status/sampling-status.js';
import { resolve } from '../../../support/options.js';

describe('samplingStatus', () => {
  it('tells every rule in words, with what it has decided', () => {
    const isVip = (): boolean => true;
    const rules = [
      { match: 'POST /a', ratio: 1 },
      { match: /^\/b/i, ratio: 0.5 },
      { match: { transport: 'rpc', name: 'sum' }, ratio: 0 },
      { match: { method: ['GET', 'HEAD'], path: /c/ }, ratio: 0 },
      { match: isVip, ratio: 1 },
      { match: () => true, ratio: 1 },
    ];
    const sampler = createSampler(resolve({ sampling: { rules } }).sampling) as HeadSampler;
    const request = { method: 'POST', path: '/a', headers: {} };
    sampler.samples(undefined, '0af7651916cd43dd8448eb211c80319c', ROOT_CONTEXT, 'POST', {
      request,
    });
    expect(samplingStatus(sampler, undefined)).toEqual({
      rules: [
        { match: 'POST /a', ratio: 1, decided: 1, sampled: 1 },
        { match: '/^\\/b/i', ratio: 0.5, decided: 0, sampled: 0 },
        { match: 'rpc sum', ratio: 0, decided: 0, sampled: 0 },
        { match: 'GET|HEAD /c/', ratio: 0, decided: 0, sampled: 0 },
        { match: 'isVip()', ratio: 1, decided: 0, sampled: 0 },
        { match: 'match()', ratio: 1, decided: 0, sampled: 0 },
      ],
    });
  });

  it.each([undefined, new AlwaysOnSampler()])('knows no rules of %s', (sampler) => {
    const { sampling } = resolve();
    expect(samplingStatus(sampler, new TraceKeeper(sampling.keep))).toEqual({
      rules: [],
      keeping: {
        kept: { error: 0, slow: 0, custom: 0 },
        keptSpans: 0,
        discarded: 0,
        overflowedTraces: 0,
        overflowedSpans: 0,
        waiting: 0,
      },
    });
  });
});
