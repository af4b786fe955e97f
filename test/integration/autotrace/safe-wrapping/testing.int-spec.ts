import { Controller, Get, Inject, Injectable } from '@nestjs/common';
import { Test, type TestingModuleBuilder } from '@nestjs/testing';
import { expectTrace, InMemoryTelemetry, type SpanExpectation } from 'nestrace/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { moduleOf, tableOf, tracing, type Table } from './kitchen.js';

afterEach(() => {
  vi.restoreAllMocks();
});

function shop() {
  class Base {
    currency(): string {
      return 'EUR';
    }
  }

  @Injectable()
  class Prices extends Base {
    of(product: string): string {
      return `${product.length} ${this.currency()}`;
    }
  }

  @Controller()
  class Shop {
    constructor(@Inject(Prices) private readonly prices: Prices) {}

    @Get('price')
    price(): string {
      return this.prices.of('tea');
    }
  }
  return { Base, Prices, Shop };
}

interface Tested extends Table {
  readonly telemetry: InMemoryTelemetry;
  readonly builder: TestingModuleBuilder;
  /** What the route answers, and the spans below its handler. */
  price(...spans: readonly SpanExpectation[]): Promise<string>;
  close(): Promise<void>;
}

async function test(
  { Prices, Shop }: ReturnType<typeof shop>,
  change: (builder: TestingModuleBuilder) => TestingModuleBuilder = (builder) => builder,
): Promise<Tested> {
  const telemetry = new InMemoryTelemetry();
  const dish = { controllers: [Shop], providers: [Prices] };
  const builder = Test.createTestingModule({ imports: [moduleOf(dish, tracing(telemetry))] });
  const app = (await change(builder).compile()).createNestApplication({
    logger: false,
    forceCloseConnections: true,
  });
  await app.listen(0, '127.0.0.1');
  const table = tableOf({ app, url: await app.getUrl(), close: () => app.close() });
  return {
    ...table,
    telemetry,
    builder,
    close: () => app.close(),
    price: async (...children) => {
      telemetry.clear();
      const { text } = await table.get('/price');
      expectTrace(await telemetry.waitForTrace(), {
        name: 'GET /price',
        children: [{ name: 'Shop.price', children }],
      });
      return text;
    },
  };
}

const OF = { name: 'Prices.of', children: [{ name: 'Prices.currency' }] };

describe('a testing module', () => {
  it('replaces a provider by a value', async () => {
    const classes = shop();
    const of = vi.fn<() => string>(() => 'free');
    const app = await test(classes, (builder) =>
      builder.overrideProvider(classes.Prices).useValue({ of }),
    );
    expect(await app.price()).toBe('free');
    expect(of).toHaveBeenCalledExactlyOnceWith('tea');
    expect(classes.Prices.prototype.of.name).toBe('of');
    await app.close();
  });

  it('replaces a provider by a class, a factory, or an instance that is mocked', async () => {
    const classes = shop();

    @Injectable()
    class Cheap {
      of(): string {
        return 'cheap';
      }
    }
    const byClass = await test(classes, (builder) =>
      builder.overrideProvider(classes.Prices).useClass(Cheap),
    );
    expect(await byClass.price({ name: 'Cheap.of' })).toBe('cheap');
    const byFactory = await test(classes, (builder) =>
      builder.overrideProvider(classes.Prices).useFactory({ factory: () => new Cheap() }),
    );
    expect(await byFactory.price({ name: 'Cheap.of' })).toBe('cheap');
    const mocked = new Cheap();
    vi.spyOn(mocked, 'of').mockReturnValue('mocked');
    const byInstance = await test(classes, (builder) =>
      builder.overrideProvider(classes.Prices).useValue(mocked),
    );
    expect(await byInstance.price()).toBe('mocked');
    expect(mocked.of).toHaveBeenCalledOnce();
    for (const app of [byClass, byFactory, byInstance]) await app.close();
  });
});

describe('a spy', () => {
  it('on an instance sees the calls, and can be taken away', async () => {
    const classes = shop();
    const app = await test(classes);
    const prices = app.app.get(classes.Prices);
    const spy = vi.spyOn(prices, 'of');
    expect(await app.price(OF)).toBe('3 EUR');
    expect(spy).toHaveBeenCalledExactlyOnceWith('tea');
    expect(spy).toHaveReturnedWith('3 EUR');
    expect(spy.mock.contexts).toEqual([prices]);
    spy.mockReturnValueOnce('mocked');
    expect(await app.price()).toBe('mocked');
    spy.mockRestore();
    expect(Object.hasOwn(prices, 'of')).toBe(false);
    expect(await app.price(OF)).toBe('3 EUR');
    await app.close();
  });

  it('on a prototype after the start sees the calls, and can be taken away', async () => {
    const classes = shop();
    const original = classes.Prices.prototype.of;
    const app = await test(classes);
    const spy = vi.spyOn(classes.Prices.prototype, 'of');
    expect(await app.price(OF)).toBe('3 EUR');
    expect(spy).toHaveBeenCalledExactlyOnceWith('tea');
    spy.mockImplementation(() => 'mocked');
    expect(await app.price()).toBe('mocked');
    spy.mockRestore();
    expect(await app.price(OF)).toBe('3 EUR');
    await app.close();
    expect(classes.Prices.prototype.of).toBe(original);
  });

  it('on a prototype before the start is traced as the method, and can be taken away', async () => {
    const classes = shop();
    const original = classes.Prices.prototype.of;
    const spy = vi.spyOn(classes.Prices.prototype, 'of');
    const app = await test(classes);
    expect(await app.price(OF)).toBe('3 EUR');
    expect(spy).toHaveBeenCalledExactlyOnceWith('tea');
    expect(classes.Prices.prototype.of).toHaveBeenCalledOnce();
    spy.mockReturnValue('mocked');
    expect(await app.price({ name: 'Prices.of' })).toBe('mocked');
    spy.mockRestore();
    expect(classes.Prices.prototype.of).toBe(original);
    expect(await app.price({ name: 'Prices.currency' })).toBe('3 EUR');
    await app.close();
    expect(classes.Prices.prototype.of).toBe(original);
  });

  it('on a base class sees the calls of what extends it', async () => {
    const classes = shop();
    const app = await test(classes);
    const spy = vi.spyOn(classes.Base.prototype, 'currency').mockReturnValue('USD');
    expect(await app.price(OF)).toBe('3 USD');
    expect(spy).toHaveBeenCalledOnce();
    spy.mockRestore();
    expect(await app.price(OF)).toBe('3 EUR');
    await app.close();
  });

  it('that outlives an application does not get in the way of the next one', async () => {
    const classes = shop();
    const original = classes.Prices.prototype.of;
    const first = await test(classes);
    const spy = vi.spyOn(classes.Prices.prototype, 'of');
    await first.close();
    const second = await test(classes);
    expect(await second.price(OF)).toBe('3 EUR');
    expect(spy).toHaveBeenCalledOnce();
    await second.close();
    spy.mockRestore();
    const third = await test(classes);
    expect(await third.price(OF)).toBe('3 EUR');
    await third.close();
    expect(new classes.Prices().of('tea')).toBe('3 EUR');
    expect(original.call(new classes.Prices(), 'tea')).toBe('3 EUR');
  });
});
