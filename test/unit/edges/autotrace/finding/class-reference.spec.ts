import { mixin } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import {
  classNameOf,
  isClassReference,
  type ClassReference,
} from '../../../../../libs/nestrace/src/edges/autotrace/finding/class-reference.js';

class Orders {}

abstract class Base {}

function old(this: object): void {}

describe('isClassReference', () => {
  it.each([
    ['a class', Orders],
    ['an abstract class', Base],
    ['a class of old', old],
    ['a class of the language', Map],
  ])('knows %s', (_, value) => {
    expect(isClassReference(value)).toBe(true);
  });

  it.each([
    ['an arrow function', () => {}],
    ['an async function', async () => {}],
    ['a bound function', old.bind({})],
    ['an object', { prototype: {} }],
    ['null', null],
    ['undefined', undefined],
    ['a text', 'Orders'],
    ['a function without a prototype', Object.assign(() => {}, { prototype: null })],
  ])('takes nothing else for one: %s', (_, value) => {
    expect(isClassReference(value)).toBe(false);
  });

  it('does not look into proxies', () => {
    const hostile: ProxyHandler<object> = {
      get: () => {
        throw new Error('do not look');
      },
    };
    expect(isClassReference(new Proxy(Orders, hostile))).toBe(false);
    const behind = function (): void {};
    behind.prototype = new Proxy({}, hostile);
    expect(isClassReference(behind)).toBe(false);
  });
});

describe('classNameOf', () => {
  it('is the name the class was declared with', () => {
    expect(classNameOf(Orders)).toBe('Orders');
    expect(classNameOf(old)).toBe('old');
  });

  it.each([
    ['a method', { value: () => 'hidden' }],
    ['a number', { value: 7 }],
    [
      'an accessor',
      {
        get: () => {
          throw new Error('do not look');
        },
      },
    ],
  ])('is that also where a static member hides it: %s', (_, name) => {
    class Hidden {}
    Object.defineProperty(Hidden, 'name', { ...name, configurable: true });
    expect(classNameOf(Hidden)).toBe('Hidden');
  });

  it('is what a bundler has kept of it', () => {
    class a {}
    Object.defineProperty(a, 'name', { value: 'Orders' });
    expect(classNameOf(a)).toBe('Orders');
  });

  it('is not the random name of a mixin', () => {
    class AuthGuard {}
    expect(mixin(AuthGuard)).toBe(AuthGuard);
    expect(AuthGuard.name).toMatch(/^[0-9a-f]{21}$/);
    expect(classNameOf(AuthGuard)).toBe('AuthGuard');
  });

  it('is that of the class above where there is none', () => {
    const nameless = (above: ClassReference & (new () => object)): ClassReference =>
      class extends above {};
    expect(classNameOf(nameless(Orders))).toBe('Orders');
    expect(classNameOf(mixin(nameless(Orders) as never))).toBe('Orders');
  });

  it('is the same for all that have none anywhere', () => {
    const nameless = (): ClassReference => class {};
    expect(classNameOf(nameless())).toBe('Mixin');
    expect(classNameOf(mixin(nameless() as never))).toBe('Mixin');
  });
});
