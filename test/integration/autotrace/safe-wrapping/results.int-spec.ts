import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { Controller, Get, Inject, Injectable } from '@nestjs/common';
import { lastValueFrom, of, Subject, toArray, type Observable } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { askProvider, tasteAll } from './kitchen.js';
import { unhandledIn } from './unhandled.js';

describe('a thenable', () => {
  it('is not started by anyone but the caller', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        const log: string[] = [];

        /** As query builders are: it runs when it is awaited, each time. */
        class Query {
          private readonly parts: string[] = [];

          where(part: string): this {
            this.parts.push(part);
            return this;
          }

          // oxlint-disable-next-line unicorn/no-thenable -- that is what it is about
          then(resolve: (rows: string) => void): void {
            log.push(`run ${this.parts.join(' and ')}`);
            resolve(this.parts.join());
          }
        }

        @Injectable()
        class Orders {
          build(): Query {
            return new Query().where('a');
          }

          readonly log = log;
        }
        return [Orders];
      },
      async (orders) => {
        const query = orders.build();
        await Promise.resolve();
        const before = [...orders.log];
        query.where('b');
        // oxlint-disable-next-line typescript/await-thenable -- awaiting it is the point
        return [before, await query, orders.log, query.constructor.name];
      },
    );
    expect(result).toEqual([[], 'a,b', ['run a and b'], 'Query']);
    await expectSpans('Orders.build');
  });
});

describe('a promise of a library', () => {
  it('stays the object it is', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        const runs: string[] = [];

        /** As those of Prisma are: nothing happens before `then`. */
        class LazyPromise<T> extends Promise<T> {
          static override get [Symbol.species](): PromiseConstructor {
            return Promise;
          }

          private work: (() => T) | undefined;

          static of<T>(work: () => T): LazyPromise<T> {
            const lazy = new LazyPromise<T>(() => {});
            lazy.work = work;
            return lazy;
          }

          // oxlint-disable-next-line unicorn/no-thenable -- that is what it is about
          override then<A = T, B = never>(
            resolve?: ((value: T) => A | PromiseLike<A>) | null,
            reject?: ((error: unknown) => B | PromiseLike<B>) | null,
          ): Promise<A | B> {
            runs.push('then');
            return Promise.resolve((this.work as () => T)()).then(resolve, reject);
          }
        }

        class CountedPromise<T> extends Promise<T> {
          readonly isCounted = true;
        }

        @Injectable()
        class Store {
          lazy(): Promise<number> {
            return LazyPromise.of(() => 7);
          }

          counted(): CountedPromise<number> {
            return new CountedPromise((resolve) => resolve(8));
          }

          killable(): Promise<number> & { kill(): string } {
            return Object.assign(Promise.resolve(9), { kill: () => 'killed' });
          }

          runs(): readonly string[] {
            return [...runs];
          }
        }
        return [Store];
      },
      async (store) => {
        const lazy = store.lazy();
        await Promise.resolve();
        const before = store.runs();
        const counted = store.counted();
        const killable = store.killable();
        return [
          before,
          lazy.constructor.name,
          await lazy,
          store.runs(),
          counted.isCounted,
          counted.constructor.name,
          await counted,
          killable.kill(),
          await killable,
        ];
      },
    );
    expect(result).toEqual([
      [],
      'LazyPromise',
      7,
      ['then'],
      true,
      'CountedPromise',
      8,
      'killed',
      9,
    ]);
    await expectSpans('Store.lazy', 'Store.runs', 'Store.counted', 'Store.killable', 'Store.runs');
  });

  it('fails as it did', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        const failure = Object.assign(new RangeError('sold out'), { code: 'E_SOLD' });

        @Injectable()
        class Store {
          async rejected(): Promise<never> {
            throw failure;
          }

          thrown(): never {
            throw failure;
          }

          async nothing(): Promise<never> {
            throw undefined;
          }

          isSame(error: unknown): boolean {
            return error === failure;
          }
        }
        return [Store];
      },
      async (store) => {
        const errors: unknown[] = [];
        for (const method of ['rejected', 'thrown', 'nothing'] as const) {
          try {
            await store[method]();
          } catch (error) {
            errors.push(store.isSame(error), String(error));
          }
        }
        return errors;
      },
    );
    const same = [true, 'RangeError: sold out'];
    expect(result).toEqual([...same, ...same, false, 'undefined']);
    await expectSpans(
      { name: 'Store.rejected', status: 'ERROR' },
      'Store.isSame',
      { name: 'Store.thrown', status: 'ERROR' },
      'Store.isSame',
      { name: 'Store.nothing', status: 'ERROR' },
      'Store.isSame',
    );
  });
});

describe('a callback', () => {
  it('gets what it got, in the order it did', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Files extends EventEmitter {
          read(name: string, done: (error: Error | null, text?: string) => void): void {
            setImmediate(() => done(name === '' ? new Error('no name') : null, `text of ${name}`));
          }

          now(done: (text: string) => void): string {
            done('inside');
            return 'returned';
          }
        }
        return [Files];
      },
      (files) =>
        new Promise((resolve) => {
          const order: unknown[] = [];
          files.on('end', (...args: unknown[]) => resolve([...order, ...args]));
          order.push(files.now((text) => order.push(text)));
          files.read('a', (error, text) => {
            order.push(error, text);
            files.read('', (failure) => {
              order.push(failure?.message);
              files.emit('end', 'ended');
            });
          });
        }),
    );
    expect(result).toEqual(['inside', 'returned', null, 'text of a', 'no name', 'ended']);
    await expectSpans('Files.now', { name: 'Files.read', children: [{ name: 'Files.read' }] });
  });
});

describe('a generator', () => {
  it('runs step by step, and can be left, asked and failed from outside', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Numbers {
          readonly log: string[] = [];

          *count(from: number): Generator<number, string, string | undefined> {
            try {
              for (let n = from; n < from + 3; n++) {
                const heard = yield n;
                if (heard !== undefined) this.log.push(heard);
              }
              return 'done';
            } catch (error) {
              this.log.push(String(error));
              return 'failed';
            } finally {
              this.log.push('finally');
            }
          }
        }
        return [Numbers];
      },
      (numbers) => {
        const all = [...numbers.count(1)];
        const asked = numbers.count(5);
        asked.next();
        const answers = [asked.next('hello'), asked.throw('stop'), asked.next()];
        for (const n of numbers.count(10)) if (n === 10) break;
        const unused = numbers.count(20);
        return [all, answers, numbers.log, Object.prototype.toString.call(unused)];
      },
    );
    expect(result).toEqual([
      [1, 2, 3],
      [{ value: 6, done: false }, { value: 'failed', done: true }, { done: true }],
      ['finally', 'hello', 'stop', 'finally', 'finally'],
      '[object Generator]',
    ]);
    await expectSpans('Numbers.count', 'Numbers.count', 'Numbers.count');
  });

  it('gives pages when they are asked for, where it is an async one', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        @Injectable()
        class Pages {
          private read = 0;

          async *all(): AsyncGenerator<number> {
            while (true) {
              await Promise.resolve();
              yield ++this.read;
            }
          }

          async *failing(): AsyncGenerator<number> {
            yield* this.all();
          }

          reads(): number {
            return this.read;
          }
        }
        return [Pages];
      },
      async (pages) => {
        const seen: number[] = [];
        for await (const page of pages.all()) if (seen.push(page) === 2) break;
        const other = pages.failing();
        seen.push((await other.next()).value as number);
        const end = await other.return('left');
        return [seen, end, pages.reads()];
      },
    );
    expect(result).toEqual([[1, 2, 3], { value: 'left', done: true }, 3]);
    await expectSpans(
      'Pages.all',
      { name: 'Pages.failing', children: [{ name: 'Pages.all' }] },
      'Pages.reads',
    );
  });
});

describe('a stream', () => {
  it('stays the object it is', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        const subject = new Subject<number>();
        const readable = Readable.from(['a', 'b']);

        @Injectable()
        class Streams {
          observable(): Observable<number> {
            return of(1, 2, 3);
          }

          subject(): Subject<number> {
            return subject;
          }

          readable(): Readable {
            return readable;
          }

          isSame(value: unknown): boolean {
            return value === subject || value === readable;
          }
        }
        return [Streams];
      },
      async (streams) => {
        const chunks: unknown[] = [];
        for await (const chunk of streams.readable()) chunks.push(chunk);
        const values = await lastValueFrom(streams.observable().pipe(toArray()));
        const heard: number[] = [];
        streams.subject().subscribe((value) => heard.push(value));
        streams.subject().next(4);
        return [
          chunks,
          values,
          heard,
          streams.isSame(streams.subject()),
          streams.isSame(streams.readable()),
        ];
      },
    );
    expect(result).toEqual([['a', 'b'], [1, 2, 3], [4], true, true]);
    await expectSpans(
      'Streams.readable',
      'Streams.observable',
      'Streams.subject',
      'Streams.subject',
      'Streams.subject',
      'Streams.isSame',
      'Streams.readable',
      'Streams.isSame',
    );
  });
});

describe('what a method gives', () => {
  it('is the same thing: null, functions, objects that refuse to be looked at', async () => {
    const { result, expectSpans } = await askProvider(
      () => {
        const closed = new Proxy(
          {},
          {
            get(_, key) {
              throw new Error(`do not ask for ${String(key)}`);
            },
            getPrototypeOf() {
              throw new Error('no prototype');
            },
          },
        );
        const frozen = Object.freeze({ frozen: true });
        const fn = (): number => 1;
        const values = [
          null,
          undefined,
          0,
          '',
          Number.NaN,
          Symbol.iterator,
          7n,
          closed,
          frozen,
          fn,
        ];

        @Injectable()
        class Things {
          at(index: number): unknown {
            return values[index];
          }

          areSame(given: readonly unknown[]): readonly boolean[] {
            return given.map((value, index) => Object.is(value, values[index]));
          }
        }
        return [Things];
      },
      (things) => things.areSame(Array.from({ length: 10 }, (_, index) => things.at(index))),
    );
    expect(result).toEqual(Array(10).fill(true));
    await expectSpans(...Array<string>(10).fill('Things.at'), 'Things.areSame');
  });
});

describe('a rejection that nobody handles', () => {
  it('reaches the process as often as before', async () => {
    const { result } = await tasteAll(
      () => {
        @Injectable()
        class Fails {
          async rejected(): Promise<never> {
            throw new RangeError('rejected');
          }

          async handled(): Promise<string> {
            return this.rejected().catch(() => 'handled');
          }

          async *generated(): AsyncGenerator<never> {
            yield await Promise.reject(new RangeError('generated'));
          }

          later(): void {
            setImmediate(() => void this.rejected());
          }
        }

        @Controller()
        class Caller {
          constructor(@Inject(Fails) private readonly fails: Fails) {}

          @Get('forgotten')
          forgotten(): string {
            void this.fails.rejected();
            void this.fails.generated().next();
            this.fails.later();
            return 'answer';
          }

          @Get('handled')
          handled(): Promise<string> {
            return this.fails.handled();
          }

          @Get('failed')
          failed(): Promise<never> {
            return this.fails.rejected();
          }
        }
        return { controllers: [Caller], providers: [Fails] };
      },
      async ({ get }) => {
        const { result: texts, unhandled } = await unhandledIn(async () => [
          (await get('/forgotten')).text,
          (await get('/handled')).text,
          (await get('/failed')).status,
        ]);
        return [texts, unhandled.map(String).toSorted()];
      },
    );
    expect(result).toEqual([
      ['answer', 'handled', 500],
      ['RangeError: generated', 'RangeError: rejected', 'RangeError: rejected'],
    ]);
  });
});
