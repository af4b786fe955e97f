import { Injectable, SetMetadata, type Type } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { askProvider } from './kitchen.js';

/** Everything a library may want to know about a function. */
function factsOf(method: Function): unknown {
  return {
    name: method.name,
    length: method.length,
    text: String(method),
    kind: method.constructor.name,
    tag: Object.prototype.toString.call(method),
    keys: Object.entries(method),
    hasPrototype: Object.hasOwn(method, 'prototype'),
    prototype: typeof method.prototype,
    made: attempt(() => Reflect.construct(method, [1]) as object).constructor.name,
    metadata: Reflect.getMetadataKeys(method).map((key: unknown) => [
      key,
      Reflect.getMetadata(key, method) as unknown,
    ]),
  };
}

function attempt<T>(act: () => T): T | Error {
  try {
    return act();
  } catch (error) {
    return error as Error;
  }
}

describe('a class', () => {
  it('stays the same, and so do its instances', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Cart {
          readonly items = ['a'];

          add(item: string, count = 1): number {
            return this.items.push(item) * count;
          }

          get size(): number {
            return this.items.length;
          }

          identity(): unknown {
            const prototype = Object.getPrototypeOf(this) as object;
            return [
              this.constructor === Cart,
              this instanceof Cart,
              prototype === Cart.prototype,
              Cart.prototype.constructor === Cart,
              Object.getOwnPropertyNames(this),
              Object.getOwnPropertyNames(prototype),
              Object.getOwnPropertySymbols(prototype).length,
              Object.keys(prototype),
              Object.getOwnPropertyNames(Cart),
              Cart.name,
              Cart.length,
              String(Cart),
              this.add === new Cart().add,
              this.add === Cart.prototype.add,
              JSON.stringify(this),
              Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(
                ([name, { configurable, enumerable, writable }]) => [
                  name,
                  configurable,
                  enumerable,
                  writable,
                ],
              ),
            ];
          }
        }
        return [Cart];
      },
      (cart) => [cart.identity(), cart.add('b')],
    );
    expect(result).toEqual([expect.arrayContaining(['Cart']), 2]);
    await expectSpans('Cart.identity', 'Cart.add');
  });
});

describe('a method', () => {
  const ROLES = Symbol('roles');

  it('stays the same to whoever looks at it', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Everything {
          @SetMetadata('roles', ['cook'])
          plain(first: string, second: number, third = 3): string {
            return `${first} ${second} ${third}`;
          }

          async promised(...all: string[]): Promise<string[]> {
            return all;
          }

          *steps(count: number): Generator<number> {
            yield* Array(count).keys();
          }

          async *later(): AsyncGenerator<number> {
            yield 1;
          }
        }
        Object.assign(Everything.prototype.plain, { ttl: 60, [ROLES]: 'cook' });
        const old = function replaced(this: { value: unknown }, value: unknown): void {
          this.value = value;
        };
        Object.defineProperty(Everything.prototype, 'old', { value: old, configurable: true });
        return [Everything as Type<Everything & { old: typeof old }>];
      },
      async (everything) => {
        const methods = (['plain', 'promised', 'steps', 'later', 'old'] as const).map((name) =>
          factsOf(everything[name]),
        );
        const steps = everything.steps(2);
        return [
          methods,
          Reflect.get(everything.plain, ROLES),
          steps instanceof everything.steps,
          [...steps],
          everything.plain('a', 2),
          await everything.promised('x', 'y'),
        ];
      },
    );
    expect(result).toEqual([
      [
        expect.objectContaining({ name: 'plain', length: 2, kind: 'Function', made: 'TypeError' }),
        expect.objectContaining({ name: 'promised', length: 0, kind: 'AsyncFunction' }),
        expect.objectContaining({ name: 'steps', length: 1, kind: 'GeneratorFunction' }),
        expect.objectContaining({ name: 'later', kind: 'AsyncGeneratorFunction' }),
        expect.objectContaining({ name: 'replaced', made: 'replaced', hasPrototype: true }),
      ],
      'cook',
      true,
      [0, 1],
      'a 2 3',
      ['x', 'y'],
    ]);
    await expectSpans('Everything.steps', 'Everything.plain', 'Everything.promised');
  });
});
