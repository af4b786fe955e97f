import { describe, expect, it } from 'vitest';
import { describeSampling } from '../../../../libs/nestrace/src/pipeline/sampling/describe-sampling.js';
import { resolve } from '../../support/options.js';

describe('describeSampling', () => {
  it.each([
    [{}, 'parent_based, ratio 1'],
    [{ strategy: 'ratio', ratio: 0.25 }, 'ratio, ratio 0.25'],
    [{ strategy: 'always' }, 'always'],
    [{ strategy: 'never' }, 'never'],
    [{ sampler: { shouldSample: () => ({ decision: 0 }), toString: () => 'Mine' } }, 'Mine'],
  ])('says of %j: %s', (sampling, text) => {
    expect(describeSampling(resolve({ sampling }))).toBe(text);
  });
});
