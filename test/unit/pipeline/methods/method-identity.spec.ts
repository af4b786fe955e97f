import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import { takeIdentity } from '../../../../libs/nestrace/src/pipeline/methods/method-identity.js';

describe('takeIdentity', () => {
  it('makes a wrapper look like its method', () => {
    const tag = Symbol('tag');
    const method = function sum(a: number, b: number): number {
      return a + b;
    };
    Object.assign(method, { cached: true, [tag]: 1 });
    const wrapper = function (): void {};
    takeIdentity(wrapper, method);
    expect(wrapper.name).toBe('sum');
    expect(wrapper.length).toBe(2);
    expect(Reflect.get(wrapper, 'cached')).toBe(true);
    expect(Reflect.get(wrapper, tag)).toBe(1);
  });

  it('copies all metadata, and none of it is shared afterwards', () => {
    const method = (): void => {};
    const wrapper = (): void => {};
    Reflect.defineMetadata('roles', ['admin'], method);
    Reflect.defineMetadata('path', '/', method);
    takeIdentity(wrapper, method);
    expect(Reflect.getMetadata('roles', wrapper)).toEqual(['admin']);
    expect(Reflect.getMetadata('path', wrapper)).toBe('/');
    Reflect.defineMetadata('roles', [], wrapper);
    expect(Reflect.getMetadata('roles', method)).toEqual(['admin']);
  });

  it('keeps an accessor an accessor', () => {
    let reads = 0;
    const method = Object.defineProperty(() => {}, 'count', { get: () => ++reads });
    const wrapper = (): void => {};
    takeIdentity(wrapper, method);
    expect(reads).toBe(0);
    expect(Reflect.get(wrapper, 'count')).toBe(1);
  });

  it('takes a function of the old kind, whose own properties cannot be replaced', () => {
    const method = function old(): void {};
    const wrapper = function (): void {};
    const { prototype } = wrapper;
    takeIdentity(wrapper, method);
    expect(wrapper.name).toBe('old');
    expect(wrapper.prototype).toBe(prototype);
  });

  it('shows the text of the method', () => {
    const method = (id: string): string => id;
    const wrapper = (): void => {};
    takeIdentity(wrapper, method);
    expect(String(wrapper)).toBe(String(method));
    expect(Object.keys(wrapper)).toEqual([]);
  });

  it('keeps a text of its own that the method has', () => {
    const method = Object.assign(() => {}, { toString: () => 'mine' });
    const wrapper = (): void => {};
    takeIdentity(wrapper, method);
    expect(String(wrapper)).toBe('mine');
  });

  it.each([
    ['AsyncFunction', async () => {}],
    ['GeneratorFunction', function* () {}],
    ['AsyncGeneratorFunction', async function* () {}],
    ['Function', () => {}],
  ])('is of the same kind: %s', (kind, method) => {
    const wrapper = (): void => {};
    takeIdentity(wrapper, method);
    expect(wrapper.constructor.name).toBe(kind);
    expect(Object.getPrototypeOf(wrapper)).toBe(Object.getPrototypeOf(method));
  });
});
