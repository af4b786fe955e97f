import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { SpanAttribute } from '../../../../libs/nestrace/src/edges/manual/span-attribute.decorator.js';
import { SPAN_ATTRIBUTES } from '../../../../libs/nestrace/src/pipeline/methods/markers.js';

class Base {
  find(@SpanAttribute('a') _a: string, _b: string, @SpanAttribute('c') _c: string): void {}
}

class Derived extends Base {
  override find(@SpanAttribute('own') _a: string): void {}
}

class Constructed {
  constructor(@SpanAttribute('a') readonly a: string) {}
}

const marksOf = (target: { readonly prototype: object }): unknown =>
  Reflect.getMetadata(SPAN_ATTRIBUTES, target.prototype, 'find');

describe('@SpanAttribute()', () => {
  it('remembers which arguments are to be shown', () => {
    expect(marksOf(Base)).toEqual(
      expect.arrayContaining([
        { index: 0, key: 'a' },
        { index: 2, key: 'c' },
      ]),
    );
  });

  it('does not mix the arguments of a method with those of the one it replaces', () => {
    expect(marksOf(Derived)).toEqual([{ index: 0, key: 'own' }]);
    expect(marksOf(Base)).toHaveLength(2);
  });

  it('does nothing to a constructor, which has no span', () => {
    expect(new Constructed('x').a).toBe('x');
    expect(Reflect.getMetadataKeys(Constructed)).not.toContain(SPAN_ATTRIBUTES);
  });
});
