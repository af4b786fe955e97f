import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  methodNamed,
  methodsOf,
} from '../../../../../libs/nestrace/src/edges/autotrace/finding/methods-of.js';
import { keepOriginal } from '../../../../../libs/nestrace/src/edges/autotrace/finding/originals.js';
import { isClassReference } from '../../../../../libs/nestrace/src/edges/autotrace/finding/class-reference.js';

const hostile: ProxyHandler<object> = Object.fromEntries(
  Object.getOwnPropertyNames(Reflect).map((name) => [
    name,
    () => {
      throw new Error('do not look');
    },
  ]),
);

/** Names of the methods, those that are inherited in brackets. */
function namesIn(prototype: object): readonly string[] {
  return methodsOf(prototype).map(({ key, isOwn }) => (isOwn ? String(key) : `(${String(key)})`));
}

describe('methodsOf', () => {
  it('finds the methods of a class, in their order, and those it inherits', () => {
    const send = Symbol('send');
    class Base {
      above(): void {}
      both(): void {}
    }
    class Orders extends Base {
      find(): void {}
      override both(): void {}
      async [send](): Promise<void> {}
      *all(): Generator {}
    }
    expect(namesIn(Orders.prototype)).toEqual(['find', 'both', 'all', 'Symbol(send)', '(above)']);
  });

  it('tells how each is declared', () => {
    class Orders {
      find(): void {}
    }
    const { find } = Orders.prototype;
    Object.defineProperty(Orders.prototype, 'find', { enumerable: true, writable: false });
    expect(methodsOf(Orders.prototype)).toEqual([
      {
        key: 'find',
        method: find,
        isOwn: true,
        descriptor: { value: find, configurable: true, enumerable: true, writable: false },
      },
    ]);
  });

  it('leaves out what is no method, and what that hides', () => {
    class Base {
      getter(): void {}
      value(): void {}
      method(): void {}
    }
    class Orders extends Base {}
    let reads = 0;
    Object.defineProperties(Orders.prototype, {
      getter: { get: () => ++reads, configurable: true },
      value: { value: 7, configurable: true },
      Model: { value: class {}, configurable: true },
      proxied: { value: new Proxy(() => {}, hostile), configurable: true },
      fixed: { value: () => {}, configurable: false },
    });
    expect(namesIn(Orders.prototype)).toEqual(['(method)']);
    expect(reads).toBe(0);
  });

  it('leaves out the hooks of Nest and what the language calls', () => {
    class Orders {
      onModuleInit(): void {}
      onApplicationBootstrap(): void {}
      onModuleDestroy(): void {}
      beforeApplicationShutdown(): void {}
      onApplicationShutdown(): void {}
      catch(): void {}
      finally(): void {}
      toString(): string {
        return '';
      }
      toLocaleString(): string {
        return '';
      }
      toJSON(): void {}
      valueOf(): number {
        return 0;
      }
      *[Symbol.iterator](): Generator {}
      async *[Symbol.asyncIterator](): AsyncGenerator {}
      [Symbol.toPrimitive](): string {
        return '';
      }
      [Symbol.dispose](): void {}
      [Symbol.for('nodejs.util.inspect.custom')](): void {}
      find(): void {}
    }
    // oxlint-disable-next-line unicorn/no-thenable -- that is what it is about
    Object.defineProperty(Orders.prototype, 'then', { value: () => {}, configurable: true });
    expect(namesIn(Orders.prototype)).toEqual(['find']);
  });

  it('ends at what is not of the application: the language, Node, packages', () => {
    class Repository {
      find(): void {}
    }
    class Orders extends Repository {
      own(): void {}
    }
    class Emitter extends EventEmitter {
      own(): void {}
    }
    class Prices extends Map {
      own(): void {}
    }
    expect([Orders, Emitter, Prices].flatMap(({ prototype }) => namesIn(prototype))).toEqual([
      'own',
      'own',
      'own',
    ]);
    expect(namesIn(Repository.prototype)).toEqual(['find']);
  });

  it('does not look into a proxy above', () => {
    class Orders {
      own(): void {}
    }
    Object.setPrototypeOf(Orders.prototype, new Proxy({}, hostile));
    expect(namesIn(Orders.prototype)).toEqual(['own']);
    expect(methodsOf(new Proxy({}, hostile))).toEqual([]);
  });

  it('leaves out all that is inherited where one of it is a proxy', () => {
    class Base {
      above(): void {}
    }
    Object.defineProperty(Base.prototype, 'proxied', { value: new Proxy(() => {}, hostile) });
    class Orders extends Base {
      own(): void {}
    }
    expect(namesIn(Orders.prototype)).toEqual(['own']);
    expect(namesIn(Base.prototype)).toEqual(['above']);
  });

  it('leaves out what was copied from another class with its constructor', () => {
    class Crud {
      find(): void {}
      list(): void {}
    }
    class Orders {
      own(): void {}
    }
    Object.defineProperties(Orders.prototype, Object.getOwnPropertyDescriptors(Crud.prototype));
    Object.defineProperty(Orders.prototype, 'list', { value: () => {}, configurable: true });
    expect(isClassReference(Orders.prototype.constructor)).toBe(true);
    expect(namesIn(Orders.prototype)).toEqual(['own', 'list']);
  });

  it('finds the method behind a wrapper', () => {
    class Orders {
      find(): void {}
    }
    const { find } = Orders.prototype;
    const wrapper = (): void => {};
    keepOriginal(wrapper, () => find);
    Object.defineProperty(Orders.prototype, 'find', { value: wrapper });
    expect(methodsOf(Orders.prototype)).toMatchObject([{ key: 'find', method: find }]);
  });
});

describe('methodNamed', () => {
  it('finds a method wherever it is declared, also above a class of a package', () => {
    class Repository {
      catch(): void {}
    }
    class Filter extends Repository {}
    expect(methodNamed(Filter.prototype, 'catch')).toMatchObject({
      key: 'catch',
      isOwn: false,
      method: Repository.prototype.catch,
    });
    expect(methodNamed(Repository.prototype, 'catch')).toMatchObject({ isOwn: true });
    expect(methodNamed(Filter.prototype, 'transform')).toBeUndefined();
  });

  it('does not go past what hides it, nor into proxies', () => {
    class Base {
      use(): void {}
    }
    class Hiding extends Base {}
    Object.defineProperty(Hiding.prototype, 'use', { get: () => () => {} });
    class Below extends Hiding {}
    expect(methodNamed(Below.prototype, 'use')).toBeUndefined();
    expect(methodNamed(Object.create(new Proxy({}, hostile)) as object, 'use')).toBeUndefined();
  });
});
