import { describe, expect, it } from 'vitest';
import {
  hasMark,
  mark,
  SPAN_ATTRIBUTES,
  TRACED_METHOD,
  UNTRACED,
} from '../../../../libs/nestrace/src/pipeline/methods/markers.js';

class Parent {
  method(): void {}
}
class Child extends Parent {}

describe('marks', () => {
  it('are known to every copy of the package', () => {
    for (const marker of [TRACED_METHOD, UNTRACED, SPAN_ATTRIBUTES]) {
      expect(Symbol.keyFor(marker)).toMatch(/^nestrace\//);
    }
  });

  it('stay on what they were put, and do not show up when it is listed', () => {
    const { method } = Parent.prototype;
    mark(method, TRACED_METHOD);
    expect(hasMark(method, TRACED_METHOD)).toBe(true);
    expect(hasMark(method, UNTRACED)).toBe(false);
    expect(Object.keys(method)).toEqual([]);
  });

  it('are not inherited', () => {
    mark(Parent, UNTRACED);
    expect(hasMark(Parent, UNTRACED)).toBe(true);
    expect(hasMark(Child, UNTRACED)).toBe(false);
  });

  it('can be put again', () => {
    mark(Parent, UNTRACED);
    mark(Parent, UNTRACED);
    expect(hasMark(Parent, UNTRACED)).toBe(true);
  });

  it.each([undefined, null, 'text', 5, {}])('are never on %j', (target) => {
    expect(hasMark(target, UNTRACED)).toBe(false);
  });
});
