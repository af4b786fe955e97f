import { EventEmitter } from 'node:events';
import { Injectable } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { askProvider } from './kitchen.js';

describe('private members', () => {
  it('stay reachable', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Vault {
          readonly #gold = 7;
          #counted = 0;

          count(): number {
            this.#counted++;
            return this.#weigh();
          }

          get counted(): number {
            return this.#counted;
          }

          isVault(value: object): boolean {
            return #gold in value;
          }

          #weigh(): number {
            return this.#gold * 2;
          }
        }
        return [Vault];
      },
      (vault) => [vault.count(), vault.count(), vault.counted, vault.isVault(vault)],
    );
    expect(result).toEqual([14, 14, 2, true]);
    await expectSpans('Vault.count', 'Vault.count', 'Vault.isVault');
  });
});

describe('a provider that extends a class of the language', () => {
  it('is still a Map', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Prices extends Map<string, number> {
          total(): number {
            return [...this.values()].reduce((sum, price) => sum + price, 0);
          }

          override set(name: string, price: number): this {
            return super.set(name, price * 100);
          }
        }
        return [Prices];
      },
      (prices) => [prices.set('tea', 2).set('milk', 1).total(), prices.get('tea'), prices.size],
    );
    expect(result).toEqual([300, 200, 2]);
    await expectSpans('Prices.set', 'Prices.set', 'Prices.total');
  });

  it('is still a Set', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Tags extends Set<string> {
          list(): string {
            return [...this].join();
          }
        }
        return [Tags];
      },
      (tags) => [tags.add('a').add('b').has('a'), tags.list()],
    );
    expect(result).toEqual([true, 'a,b']);
    await expectSpans('Tags.list');
  });

  it('is still a Date', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Opening extends Date {
          constructor() {
            super(0);
          }

          label(): string {
            return `opens ${this.toISOString()}`;
          }
        }
        return [Opening];
      },
      (opening) => [opening.label(), opening.getTime(), JSON.stringify(opening), `${+opening}`],
    );
    expect(result).toEqual([
      'opens 1970-01-01T00:00:00.000Z',
      0,
      '"1970-01-01T00:00:00.000Z"',
      '0',
    ]);
    await expectSpans('Opening.label');
  });

  it('is still an Array', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Queue extends Array<number> {
          first(): number | undefined {
            return this[0];
          }
        }
        return [Queue];
      },
      (queue) => [queue.push(3, 4), queue.first(), queue.map((n) => n + 1).length],
    );
    expect(result).toEqual([2, 3, 2]);
    await expectSpans('Queue.first');
  });
});

describe('accessors', () => {
  it('run when they are used, not when the class is wrapped', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        const runs: string[] = [];

        @Injectable()
        class Thermometer {
          private celsius = 20;

          get fahrenheit(): number {
            runs.push('get');
            return this.celsius * 1.8 + 32;
          }

          set fahrenheit(value: number) {
            runs.push('set');
            this.celsius = (value - 32) / 1.8;
          }

          /** Gives a function, and is no method for all that. */
          get reader(): () => number {
            runs.push('reader');
            return () => this.celsius;
          }

          log(): readonly string[] {
            return [...runs];
          }
        }
        return [Thermometer];
      },
      (thermometer) => {
        const before = thermometer.log();
        const hot = thermometer.fahrenheit;
        thermometer.fahrenheit = 50;
        return [before, hot, Math.round(thermometer.reader()), thermometer.log()];
      },
    );
    expect(result).toEqual([[], 68, 10, ['get', 'set', 'reader']]);
    await expectSpans('Thermometer.log', 'Thermometer.log');
  });

  it('may throw whatever they like', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        class Base {
          get secret(): () => string {
            throw new RangeError('not yet');
          }
        }

        @Injectable()
        class Touchy extends Base {
          get ready(): () => string {
            throw new RangeError('never');
          }

          ask(): string {
            try {
              return this.ready();
            } catch (error) {
              return String(error);
            }
          }
        }
        return [Touchy];
      },
      (touchy) => touchy.ask(),
    );
    expect(result).toBe('RangeError: never');
    await expectSpans('Touchy.ask');
  });

  it('hide a method of the same name in a base class', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        class Base {
          current(): string {
            return 'a method';
          }
        }

        @Injectable()
        class Changed extends Base {
          declare current: never;

          after(): string {
            return typeof this.current;
          }
        }
        Object.defineProperty(Changed.prototype, 'current', { get: () => 7, configurable: true });
        return [Changed];
      },
      (changed) => [changed.after(), changed.current],
    );
    expect(result).toEqual(['number', 7]);
    await expectSpans('Changed.after');
  });
});

describe('functions that are no methods of the prototype', () => {
  it('are left alone: properties that hold arrow functions, and statics', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Counter {
          static made = 0;
          private count = 0;

          readonly up = (): number => {
            this.count++;
            return this.read();
          };

          static next(): number {
            return ++Counter.made;
          }

          read(): number {
            return this.count;
          }

          statics(): unknown {
            return [Counter.next(), Counter.next.name, Object.hasOwn(Counter, 'next')];
          }
        }
        return [Counter];
      },
      (counter) => {
        const { up } = counter;
        return [up(), up(), counter.statics(), Object.keys(counter)];
      },
    );
    expect(result).toEqual([1, 2, [1, 'next', true], ['count', 'up']]);
    await expectSpans('Counter.read', 'Counter.read', 'Counter.statics');
  });

  it('are left alone: classes kept on the prototype, and what is made of them', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        class Spoon {
          readonly size = 3;
        }

        /** A class as older compilers write them. */
        function Fork(this: { teeth: number }, teeth: number): void {
          this.teeth = teeth;
        }

        @Injectable()
        class Drawer {
          declare readonly Spoon: typeof Spoon;
          declare readonly Fork: new (teeth: number) => { teeth: number };

          take(): unknown {
            const fork = new this.Fork(4);
            const isSame = this.Spoon === Spoon;
            return [new this.Spoon().size, isSame, fork.teeth, fork instanceof this.Fork];
          }
        }
        Object.defineProperty(Drawer.prototype, 'Spoon', { value: Spoon, configurable: true });
        Object.defineProperty(Drawer.prototype, 'Fork', { value: Fork, configurable: true });
        return [Drawer];
      },
      (drawer) => drawer.take(),
    );
    expect(result).toEqual([3, true, 4, true]);
    await expectSpans('Drawer.take');
  });
});

describe('methods named by symbols', () => {
  const SEND = Symbol('send');

  it('have spans, except those the language calls', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Post {
          private readonly letters = ['a', 'b'];
          private isOpen = true;

          [SEND](letter: string): number {
            return this.letters.push(letter);
          }

          *[Symbol.iterator](): Generator<string> {
            yield* this.letters;
          }

          async *[Symbol.asyncIterator](): AsyncGenerator<string> {
            yield* this.letters;
          }

          [Symbol.toPrimitive](hint: string): string | number {
            return hint === 'number' ? this.letters.length : this.letters.join('');
          }

          get [Symbol.toStringTag](): string {
            return 'Post';
          }

          [Symbol.dispose](): void {
            this.isOpen = false;
          }

          open(): boolean {
            return this.isOpen;
          }
        }
        return [Post];
      },
      async (post) => {
        const later: string[] = [];
        post[SEND]('c');
        for await (const letter of post) later.push(letter);
        const facts = [[...post], later, `${post}`, +post, Object.prototype.toString.call(post)];
        post[Symbol.dispose]();
        return [...facts, post.open()];
      },
    );
    expect(result).toEqual([['a', 'b', 'c'], ['a', 'b', 'c'], 'abc', 3, '[object Post]', false]);
    await expectSpans('Post[send]', 'Post.open');
  });
});

describe('what cannot be changed', () => {
  it('is traced as far as it can: a frozen instance', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Ice {
          constructor() {
            Object.freeze(this);
          }

          melt(): boolean {
            return Object.isFrozen(this);
          }
        }
        return [Ice];
      },
      (ice) => ice.melt(),
    );
    expect(result).toBe(true);
    await expectSpans('Ice.melt');
  });

  it.each([
    ['freeze', []],
    ['seal', []],
    ['preventExtensions', ['Rock.own']],
  ] as const)('is traced as far as it can: a prototype after %s', async (change, spans) => {
    const { result, expectSpans } = await askProvider(
      () => {
        class Base {
          inherited(): string {
            return 'inherited';
          }
        }

        @Injectable()
        class Rock extends Base {
          own(): string {
            return `own and ${this.inherited()}`;
          }
        }
        (Object[change] as (prototype: object) => void)(Rock.prototype);
        return [Rock];
      },
      (rock) => [rock.own(), Object.isExtensible(Object.getPrototypeOf(rock))],
    );
    expect(result).toEqual(['own and inherited', false]);
    await expectSpans(...spans);
  });

  it('stays untraced: a method that cannot be configured', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Sign {
          declare readonly read: () => string;

          look(): string {
            return this.read();
          }
        }
        const read = (): string => 'no entry';
        Object.defineProperty(Sign.prototype, 'read', { value: read, configurable: false });
        return [Sign];
      },
      (sign) => sign.look(),
    );
    expect(result).toBe('no entry');
    await expectSpans('Sign.look');
  });

  it('stays as it is: a method that cannot be assigned', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        class Base {
          inherited(): string {
            return 'inherited';
          }
        }
        Object.defineProperty(Base.prototype, 'inherited', { writable: false });

        @Injectable()
        class Fixed extends Base {
          own(): string {
            return 'own';
          }
        }
        Object.defineProperty(Fixed.prototype, 'own', { writable: false, enumerable: true });
        return [Fixed];
      },
      (fixed) => {
        const names: string[] = [];
        for (const name in fixed) names.push(name);
        return [
          names,
          Reflect.set(fixed, 'own', () => ''),
          Reflect.set(fixed, 'inherited', () => ''),
          fixed.own(),
          fixed.inherited(),
        ];
      },
    );
    expect(result).toEqual([['own'], false, false, 'own', 'inherited']);
    await expectSpans('Fixed.own', 'Fixed.inherited');
  });
});

describe('names that mean something else', () => {
  it('are methods like others where they are those of Object', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Objector {
          hasOwnProperty(name: string): boolean {
            return name === 'anything';
          }

          isPrototypeOf(): boolean {
            return true;
          }

          toString(): string {
            return 'the objector';
          }

          valueOf(): number {
            return 5;
          }

          toJSON(): string {
            return 'as JSON';
          }

          catch(): string {
            return 'caught';
          }

          finally(): string {
            return 'at last';
          }
        }
        return [Objector];
      },
      (objector) => [
        objector.hasOwnProperty('anything'),
        objector.isPrototypeOf(),
        String(objector),
        Number(objector),
        objector,
        Reflect.apply(objector.catch, objector, []),
        Reflect.apply(objector.finally, objector, []),
      ],
    );
    expect(result).toEqual([true, true, 'the objector', 5, 'as JSON', 'caught', 'at last']);
    await expectSpans('Objector.hasOwnProperty', 'Objector.isPrototypeOf');
  });

  it('are methods like others where they are __proto__', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Odd {
          ['__proto__'](): string {
            return 'not the prototype';
          }

          even(): boolean {
            return false;
          }
        }
        return [Odd];
      },
      (odd) => [
        odd.__proto__(),
        odd.even(),
        Object.getOwnPropertyNames(Object.getPrototypeOf(odd)),
      ],
    );
    expect(result).toEqual(['not the prototype', false, ['constructor', '__proto__', 'even']]);
    await expectSpans('Odd.__proto__', 'Odd.even');
  });

  it.each([
    ['a method', { value: () => 'static' }],
    ['a number', { value: 7 }],
    ['an accessor', { get: () => 'other' }],
  ])('do not matter on a class whose static `name` is %s', async (_, name) => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Nameless {
          answer(): number {
            return 42;
          }
        }
        Object.defineProperty(Nameless, 'name', { ...name, configurable: true });
        return [Nameless];
      },
      (nameless) => nameless.answer(),
    );
    expect(result).toBe(42);
    await expectSpans('Nameless.answer');
  });
});

describe('methods that are taken hold of', () => {
  it('are traced where the constructor has bound them', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        class Base {
          protected readonly pitch: string = 'low';

          constructor() {
            this.inherited = this.inherited.bind(this);
          }

          inherited(): string {
            return this.pitch;
          }
        }

        @Injectable()
        class Bell extends Base {
          protected override readonly pitch = 'high';

          constructor() {
            super();
            this.ring = this.ring.bind(this);
          }

          ring(times: number): string {
            return `${this.inherited()} ${times}`;
          }
        }
        return [Bell];
      },
      ({ ring, inherited }) => [ring(2), inherited(), ring.name, ring.length],
    );
    expect(result).toEqual(['high 2', 'high', 'bound ring', 1]);
    await expectSpans(
      { name: 'Bell.ring', children: [{ name: 'Bell.inherited' }] },
      { name: 'Bell.inherited' },
    );
  });

  it('are the same to an emitter, whenever they are given to it', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        const emitter = new EventEmitter();
        const called: string[] = [];

        @Injectable()
        class Listener {
          constructor() {
            emitter.on('end', this.end);
          }

          end(): void {
            called.push('end');
          }

          leave(): unknown {
            emitter.emit('end');
            emitter.off('end', this.end);
            return [emitter.listenerCount('end'), emitter.emit('end'), called];
          }
        }
        return [Listener];
      },
      (listener) => listener.leave(),
    );
    expect(result).toEqual([0, false, ['end']]);
    await expectSpans({ name: 'Listener.leave', children: [{ name: 'Listener.end' }] });
  });
});
