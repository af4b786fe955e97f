import { describe, expect, it } from 'vitest';
import { keepsSomething } from '../../../../libs/nestrace/src/pipeline/keeping/keeps-something.js';
import { resolve } from '../../support/options.js';

describe('keepsSomething', () => {
  it.each([
    [true, true],
    [false, false],
    [{ errors: false }, false],
    [{ errors: false, slowMs: 0 }, true],
    [{ errors: false, when: () => true }, true],
    [{ enabled: false, slowMs: 0 }, false],
  ])('of %j is %s', (keep, expected) => {
    expect(keepsSomething(resolve({ sampling: { keep } }).sampling.keep)).toBe(expected);
  });
});
