import 'reflect-metadata';
import { SpanKind, trace } from '@opentelemetry/api';
import { lastValueFrom, of, type Observable } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DecoratorUsageError } from '../../../../libs/nestrace/src/core/errors/decorator-usage.error.js';
import { NoTrace } from '../../../../libs/nestrace/src/edges/manual/no-trace.decorator.js';
import { SpanAttribute } from '../../../../libs/nestrace/src/edges/manual/span-attribute.decorator.js';
import { Traced } from '../../../../libs/nestrace/src/edges/manual/traced.decorator.js';
import { expectTrace } from '../../../../libs/nestrace/src/testing/expect-trace.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

const Role =
  (role: string): MethodDecorator =>
  (_target, _key, descriptor) => {
    Reflect.defineMetadata('role', role, descriptor.value as object);
  };

class Orders {
  readonly #stock = 3;

  @Traced()
  static parse(text: string): number {
    return Number(text);
  }

  @Traced()
  stock(): number {
    return this.#stock;
  }

  @Traced('look up')
  async find(@SpanAttribute('order.id') id: string): Promise<string> {
    return `order ${id}`;
  }

  @Traced({ kind: SpanKind.CLIENT, attributes: { tier: 'gold' } })
  all(): Observable<string> {
    return of('a', 'b');
  }

  @Traced()
  *numbers(): Generator<number> {
    yield 1;
    yield 2;
  }

  @Role('above')
  @Traced()
  above(_a: number, _b: number): void {}

  @Traced()
  @Role('below')
  below(): void {}

  @Traced()
  [Symbol.toPrimitive](): string {
    return 'orders';
  }
}

class Plain {
  greet(): string {
    return 'plain';
  }

  leave(): string {
    return 'gone';
  }
}

@Traced()
class Warehouse extends Plain {
  constructor(private readonly items: readonly string[] = ['a']) {
    super();
  }

  get size(): number {
    return this.items.length;
  }

  count(): number {
    return this.size;
  }

  @Traced('special')
  own(): void {}

  @NoTrace()
  hidden(): void {}

  override greet(): string {
    return `not ${super.greet()}`;
  }
}

@Traced('Depot')
class NamedWarehouse {
  count(): number {
    return 1;
  }
}

describe('@Traced()', () => {
  let tracing: Tracing;

  beforeEach(() => {
    tracing = startTracing();
  });
  afterEach(() => {
    tracing.stop();
  });

  const names = (): readonly string[] => tracing.spans.spans().map((span) => span.name);

  it('makes a span of a call, and hands the result over', () => {
    expect(new Orders().stock()).toBe(3);
    expectTrace(tracing.spans.spans(), {
      name: 'Orders.stock',
      kind: 'INTERNAL',
      status: 'UNSET',
      attributes: { 'nest.type': 'provider', 'code.function.name': 'Orders.stock' },
    });
  });

  it('takes a name, options and marked arguments', async () => {
    const orders = new Orders();
    expect(await orders.find('7')).toBe('order 7');
    expect(await lastValueFrom(orders.all())).toBe('b');
    expect(tracing.spans.spans()).toMatchObject([
      {
        name: 'look up',
        attributes: { 'order.id': '7', 'code.function.name': 'Orders.find' },
      },
      { name: 'Orders.all', kind: 'CLIENT', attributes: { tier: 'gold' } },
    ]);
  });

  it('stands on static methods, generators and symbols', () => {
    const orders = new Orders();
    expect(Orders.parse('4')).toBe(4);
    expect([...orders.numbers()]).toEqual([1, 2]);
    expect(`${orders}`).toBe('orders');
    expect(names()).toEqual([
      'Orders.parse',
      'Orders.numbers',
      'Orders.Symbol(Symbol.toPrimitive)',
    ]);
  });

  it('keeps what other decorators left, above and below', () => {
    const { prototype } = Orders;
    expect(Reflect.getMetadata('role', prototype.above)).toBe('above');
    expect(Reflect.getMetadata('role', prototype.below)).toBe('below');
    expect(prototype.above.name).toBe('above');
    expect(prototype.above.length).toBe(2);
  });

  it('covers the methods a class declares, each in its own way', () => {
    const warehouse = new Warehouse();
    expect(warehouse.count()).toBe(1);
    expect(warehouse.greet()).toBe('not plain');
    expect(warehouse.leave()).toBe('gone');
    warehouse.own();
    warehouse.hidden();
    expect(names()).toEqual(['Warehouse.count', 'Warehouse.greet', 'special']);
    expect(new Plain().greet()).toBe('plain');
    expect(names()).toHaveLength(3);
  });

  it('gives the methods of a class another name in front', () => {
    new NamedWarehouse().count();
    expect(tracing.spans.spans()).toMatchObject([
      { name: 'Depot.count', attributes: { 'code.function.name': 'NamedWarehouse.count' } },
    ]);
  });

  it('makes one span of a method when it stands on it twice by way of its class', () => {
    class Twice {
      work(): void {}
    }
    Traced()(Twice);
    Traced()(Twice);
    new Twice().work();
    expect(names()).toEqual(['Twice.work']);
  });

  it('leaves proxies and what is fixed in a class alone', () => {
    class Odd {}
    let calls = 0;
    const proxy = new Proxy(() => {}, { apply: () => ++calls });
    const fixed = (): number => 1;
    Object.defineProperty(Odd.prototype, 'proxy', { value: proxy, configurable: true });
    Object.defineProperty(Odd.prototype, 'fixed', { value: fixed, configurable: false });
    Traced()(Odd);
    const odd = new Odd() as { proxy: () => number; fixed: () => number };
    expect(odd.proxy).toBe(proxy);
    expect(odd.fixed).toBe(fixed);
  });

  it('calls the method directly while tracing is off', () => {
    tracing.stop();
    expect(new Orders().stock()).toBe(3);
    expect(trace.getActiveSpan()).toBeUndefined();
    expect(tracing.spans.spans()).toEqual([]);
  });

  it.each<[string, () => void]>([
    [
      'an accessor',
      () => {
        class Wrong {
          get size(): number {
            return 1;
          }
        }
        const descriptor = Object.getOwnPropertyDescriptor(Wrong.prototype, 'size') ?? {};
        (Traced() as MethodDecorator)(Wrong.prototype, 'size', descriptor);
      },
    ],
    [
      'a property',
      () => {
        class Wrong {}
        const decorate = Traced() as unknown as (target: object, key: string) => void;
        decorate(Wrong.prototype, 'size');
      },
    ],
    [
      'an object',
      () => {
        const decorate = Traced() as unknown as (target: object) => void;
        decorate({});
      },
    ],
  ])('refuses %s', (_what, decorate) => {
    expect(decorate).toThrow(DecoratorUsageError);
  });

  it('says where it stands wrong', () => {
    class Wrong {}
    const decorate = Traced() as unknown as (target: object, key: string) => void;
    expect(() => {
      decorate(Wrong.prototype, 'size');
    }).toThrow(/@Traced\(\).*Wrong\.size/s);
  });
});
