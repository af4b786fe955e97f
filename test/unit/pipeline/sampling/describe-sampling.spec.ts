import { describe, expect, it } from 'vitest';
import { describeSampling } from '../../../../libs/nestrace/src/pipeline/sampling/describe-sampling.js';
import { resolve } from '../../support/options.js';

const mine = { shouldSample: () => ({ decision: 0 }), toString: () => 'Mine' };
const rule = { match: '/a', ratio: 0.5 };

describe('describeSampling', () => {
  it.each([
    [{}, 'parent_based, ratio 1'],
    [{ strategy: 'ratio', ratio: 0.25 }, 'ratio, ratio 0.25, keeps errors'],
    [{ strategy: 'ratio', ratio: 0.25, keep: false }, 'ratio, ratio 0.25'],
    [{ strategy: 'always' }, 'always'],
    [{ strategy: 'always', rules: [rule] }, 'always, 1 rule, keeps errors'],
    [{ strategy: 'always', rules: [{ ...rule, ratio: 1 }] }, 'always, 1 rule'],
    [{ strategy: 'never' }, 'never'],
    [{ strategy: 'never', keep: true }, 'never, keeps errors'],
    [{ strategy: 'never', rules: [rule, rule] }, 'never, 2 rules'],
    [{ sampler: mine }, 'Mine, keeps errors'],
    [{ sampler: mine, keep: false }, 'Mine'],
    [{ ratio: 0, keep: { errors: false } }, 'parent_based, ratio 0'],
    [
      { ratio: 0, keep: { slowMs: 500, when: () => true } },
      'parent_based, ratio 0, keeps errors and what takes 500 ms and what sampling.keep.when says',
    ],
  ])('says of %j: %s', (sampling, text) => {
    expect(describeSampling(resolve({ sampling }))).toBe(text);
  });
});
