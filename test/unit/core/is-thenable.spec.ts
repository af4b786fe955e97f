import { describe, expect, it } from 'vitest';
import { isThenable } from '../../../libs/nestrace/src/core/is-thenable.js';

describe('isThenable', () => {
  it.each([
    [Promise.resolve(), true],
    // oxlint-disable-next-line unicorn/no-thenable -- the very thing under test
    [{ then: () => {} }, true],
    // oxlint-disable-next-line unicorn/no-thenable -- the very thing under test
    [Object.assign(() => {}, { then: () => {} }), true],
    // oxlint-disable-next-line unicorn/no-thenable -- the very thing under test
    [{ then: 'later' }, false],
    [{}, false],
    [() => {}, false],
    [null, false],
    [undefined, false],
    ['then', false],
    [true, false],
  ])('%o: %s', (value, expected) => {
    expect(isThenable(value)).toBe(expected);
  });

  it('is false for what refuses to be looked at', () => {
    const shy = new Proxy(
      {},
      {
        get: () => {
          throw new Error('do not look');
        },
      },
    );
    expect(isThenable(shy)).toBe(false);
  });
});
