import { describe, expect, it } from 'vitest';
import {
  keepOriginal,
  originalOf,
} from '../../../../../libs/nestrace/src/edges/autotrace/finding/originals.js';

describe('originalOf', () => {
  it('is the method itself where nobody has wrapped it', () => {
    const method = (): void => {};
    expect(originalOf(method)).toBe(method);
  });

  it('is the method behind a wrapper, as it is now', () => {
    let method = (): number => 1;
    const wrapper = (): void => {};
    keepOriginal(wrapper, () => method);
    expect(originalOf(wrapper)).toBe(method);
    method = () => 2;
    expect(originalOf(wrapper)).toBe(method);
  });
});
