import { describe, expect, it } from 'vitest';
import { SharedPatch } from '../../../libs/nestrace/src/core/shared-patch.js';

function greeter() {
  class Greeter {
    constructor(readonly name: string) {}

    greet(greeting: string): string {
      return `${greeting} ${this.name}`;
    }
  }
  const patch = new SharedPatch(Greeter.prototype, 'greet', (original) => {
    return function (this: never, ...args: never[]) {
      return `<${String(Reflect.apply(original, this, args))}>`;
    };
  });
  const greet = (): string => new Greeter('Ann').greet('hello');
  return { Greeter, patch, greet };
}

describe('a patch', () => {
  it('replaces a method, and puts it back exactly as it was', () => {
    const { Greeter, patch, greet } = greeter();
    const before = Object.getOwnPropertyDescriptor(Greeter.prototype, 'greet');
    patch.install();
    expect(greet()).toBe('<hello Ann>');
    expect(Object.getOwnPropertyDescriptor(Greeter.prototype, 'greet')).toEqual({
      ...before,
      value: Greeter.prototype.greet,
    });
    patch.uninstall();
    expect(Object.getOwnPropertyDescriptor(Greeter.prototype, 'greet')).toEqual(before);
  });

  it('is there once, for as long as anyone needs it', () => {
    const { patch, greet } = greeter();
    patch.install();
    patch.install();
    expect(greet()).toBe('<hello Ann>');
    patch.uninstall();
    expect(greet()).toBe('<hello Ann>');
    patch.uninstall();
    expect(greet()).toBe('hello Ann');
  });

  it('can be put on again', () => {
    const { patch, greet } = greeter();
    for (let round = 0; round < 3; round++) {
      patch.install();
      expect(greet()).toBe('<hello Ann>');
      patch.uninstall();
      expect(greet()).toBe('hello Ann');
    }
  });

  it('is not taken away from under somebody else', () => {
    const { Greeter, patch, greet } = greeter();
    patch.install();
    const { greet: patched } = Greeter.prototype;
    Greeter.prototype.greet = function (greeting) {
      return `[${patched.call(this, greeting)}]`;
    };
    patch.uninstall();
    expect(greet()).toBe('[<hello Ann>]');
  });

  it('does nothing where there is no such method', () => {
    class Empty {
      get greet(): () => string {
        return () => 'hello';
      }
    }
    const before = Object.getOwnPropertyDescriptors(Empty.prototype);
    for (const name of ['missing', 'greet']) {
      const patch = new SharedPatch(Empty.prototype, name, (original) => original);
      patch.install();
      expect(Object.getOwnPropertyDescriptors(Empty.prototype)).toEqual(before);
      patch.uninstall();
      expect(Object.getOwnPropertyDescriptors(Empty.prototype)).toEqual(before);
    }
  });
});
