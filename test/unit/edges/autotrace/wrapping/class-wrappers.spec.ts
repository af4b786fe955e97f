import { context, trace } from '@opentelemetry/api';
import type { ModulesContainer } from '@nestjs/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { AutoTraceOptions } from '../../../../../libs/nestrace/src/config/auto-trace.options.js';
import { failureCounts } from '../../../../../libs/nestrace/src/core/failures.js';
import type { ClassReference } from '../../../../../libs/nestrace/src/edges/autotrace/finding/class-reference.js';
import {
  unwrapClass,
  wrapMethod,
} from '../../../../../libs/nestrace/src/edges/autotrace/wrapping/class-wrappers.js';
import { methodsOf } from '../../../../../libs/nestrace/src/edges/autotrace/finding/methods-of.js';
import { TracedApplication } from '../../../../../libs/nestrace/src/edges/autotrace/choosing/traced-application.js';
import { untracedContext } from '../../../../../libs/nestrace/src/pipeline/untraced.js';
import { expectBelow, inTrace } from '../../../support/in-trace.js';
import { resolve } from '../../../support/options.js';
import { startTracing, type Tracing } from '../../../support/tracing.js';

interface Application {
  readonly tracing: Tracing;
  readonly traced: TracedApplication;
  /** Wraps all methods of these classes. */
  wrap(...owners: readonly ClassReference[]): void;
  unwrap(...owners: readonly ClassReference[]): void;
}

const started: Tracing[] = [];

afterEach(() => {
  for (const tracing of started.splice(0)) tracing.stop();
});

function start(options: AutoTraceOptions = {}): Application {
  const tracing = startTracing();
  started.push(tracing);
  const { autoTrace } = resolve({ autoTrace: options });
  const modules = new Map() as unknown as ModulesContainer;
  const traced = new TracedApplication(tracing.telemetry, autoTrace, modules);
  return {
    tracing,
    traced,
    wrap: (...owners) => {
      for (const owner of owners) wrapAll(traced, owner);
    },
    unwrap: (...owners) => {
      for (const owner of owners) unwrapClass(traced, owner);
    },
  };
}

function wrapAll(application: TracedApplication, owner: ClassReference): void {
  application.learn(owner);
  for (const found of methodsOf(owner.prototype)) wrapMethod(application, owner, found);
}

describe('a wrapper', () => {
  it('makes a span of each call below another one', () => {
    class Orders {
      find(id: number): string {
        return `order ${id} of ${this.constructor.name}`;
      }
    }
    const { tracing, wrap } = start();
    wrap(Orders);
    expect(inTrace(tracing, () => new Orders().find(7))).toBe('order 7 of Orders');
    expectBelow(tracing, {
      name: 'Orders.find',
      attributes: { 'nest.type': 'provider', 'code.function.name': 'Orders.find' },
    });
  });

  it('calls the method directly where there is nothing to record', () => {
    class Orders {
      find(): string {
        return trace.getActiveSpan()?.spanContext().spanId ?? 'no span';
      }
    }
    const { tracing, wrap } = start();
    wrap(Orders);
    expect(new Orders().find()).toBe('no span');
    const left = untracedContext(context.active());
    const spanId = trace.getSpan(left)?.spanContext().spanId;
    expect(context.with(left, () => new Orders().find())).toBe(spanId);
    expect(tracing.spans.spans()).toEqual([]);
  });

  it('runs the method in its span, and what comes after in the context of the caller', async () => {
    class Orders {
      async find(): Promise<string | undefined> {
        await Promise.resolve();
        return trace.getActiveSpan()?.spanContext().spanId;
      }
    }
    const { tracing, wrap } = start();
    wrap(Orders);
    const ids = await inTrace(tracing, async () => {
      const before = trace.getActiveSpan();
      const inside = new Orders().find();
      const after = trace.getActiveSpan();
      return [before === after, await inside];
    });
    const found = tracing.spans.spans().find(({ name }) => name === 'Orders.find');
    expect(ids).toEqual([true, found?.spanId]);
  });

  it('leaves what was thrown to the caller, and the context as it was', () => {
    const failure = new RangeError('sold out');
    class Orders {
      find(): never {
        throw failure;
      }
    }
    const { tracing, wrap } = start();
    wrap(Orders);
    inTrace(tracing, () => {
      const before = trace.getActiveSpan();
      expect(() => new Orders().find()).toThrow(failure);
      expect(trace.getActiveSpan()).toBe(before);
    });
    expectBelow(tracing, { name: 'Orders.find', status: 'ERROR', exceptions: ['RangeError'] });
  });

  it('starts the span of a generator with its first step', () => {
    class Orders {
      *all(): Generator<number> {
        yield 1;
      }
    }
    const { tracing, wrap } = start();
    wrap(Orders);
    inTrace(tracing, () => new Orders().all());
    expectBelow(tracing);
    inTrace(tracing, () => [...new Orders().all()]);
    expectBelow(tracing, 'Orders.all');
  });

  it('is not told apart from the method by its look', () => {
    class Orders {
      async find(_id: number, _options = {}): Promise<void> {}
      *all(): Generator {}
    }
    const { find, all } = Orders.prototype;
    start().wrap(Orders);
    for (const [method, wrapper] of [
      [find, Orders.prototype.find],
      [all, Orders.prototype.all],
    ] as const) {
      expect(wrapper).not.toBe(method);
      expect([wrapper.name, wrapper.length, String(wrapper)]).toEqual([
        method.name,
        method.length,
        String(method),
      ]);
      expect(Object.hasOwn(wrapper, 'prototype')).toBe(Object.hasOwn(method, 'prototype'));
      expect(() => Reflect.construct(wrapper, []) as object).toThrow(TypeError);
    }
    expect(new Orders().all()).toBeInstanceOf(Orders.prototype.all);
  });

  it('makes the same instances as a function that is a class of old', () => {
    function Fork(this: { teeth: number }, teeth: number): void {
      this.teeth = teeth;
    }
    class Drawer {
      declare readonly Fork: new (teeth: number) => { readonly teeth: number };
    }
    Object.defineProperty(Drawer.prototype, 'Fork', { value: Fork, configurable: true });
    start().wrap(Drawer);
    const { Fork: Wrapped } = new Drawer();
    class Extended extends Wrapped {}
    expect(Wrapped).not.toBe(Fork);
    expect(new Wrapped(4)).toBeInstanceOf(Fork);
    expect(new Wrapped(4).teeth).toBe(4);
    expect(new Extended(3)).toBeInstanceOf(Extended);
    expect(new Extended(3).teeth).toBe(3);
  });

  it('does not fail a call where its plan cannot be made', () => {
    let isArmed = false;
    const above = new Proxy(
      {},
      {
        getPrototypeOf: () => {
          if (isArmed) throw new RangeError('do not look');
          return Object.prototype;
        },
      },
    );
    class Orders {
      find(): string {
        return 'found';
      }
    }
    Object.setPrototypeOf(Orders.prototype, above);
    const { tracing, wrap } = start();
    wrap(Orders);
    isArmed = true;
    const before = failureCounts().get('autotrace.select') ?? 0;
    expect(inTrace(tracing, () => new Orders().find())).toBe('found');
    expect(inTrace(tracing, () => new Orders().find())).toBe('found');
    expect(failureCounts().get('autotrace.select')).toBe(before + 1);
  });
});

describe('a method that is inherited', () => {
  class Base {
    who(): string {
      return this.constructor.name;
    }
  }
  class Middle extends Base {}
  class Last extends Middle {}

  it('has one span, by the name of the class it is called of', () => {
    const { tracing, wrap, unwrap } = start();
    wrap(Base, Middle, Last);
    inTrace(tracing, () => [new Last().who(), new Middle().who(), new Base().who()]);
    expectBelow(tracing, 'Last.who', 'Middle.who', 'Base.who');
    unwrap(Last, Middle, Base);
    expect(Object.getOwnPropertyNames(Middle.prototype)).toEqual(['constructor']);
    expect(Object.getOwnPropertyNames(Last.prototype)).toEqual(['constructor']);
  });

  it('is the one that is there at the call', () => {
    const { wrap, unwrap } = start();
    wrap(Last, Middle, Base);
    const wrapper = Base.prototype.who;
    Base.prototype.who = () => 'replaced';
    expect(new Last().who()).toBe('replaced');
    Base.prototype.who = wrapper;
    expect(new Last().who()).toBe('Last');
    unwrap(Base, Middle, Last);
  });

  it('is not wrapped where the class cannot take it', () => {
    class Sealed extends Base {}
    Object.preventExtensions(Sealed.prototype);
    const { wrap } = start();
    wrap(Sealed);
    expect(Object.getOwnPropertyNames(Sealed.prototype)).toEqual(['constructor']);
  });

  it('is a property as it was above', () => {
    class Above {
      fixed(): void {}
    }
    Object.defineProperty(Above.prototype, 'fixed', {
      configurable: false,
      enumerable: true,
      writable: false,
    });
    class Below extends Above {}
    const { wrap, unwrap } = start();
    wrap(Below);
    expect(Object.getOwnPropertyDescriptor(Below.prototype, 'fixed')).toMatchObject({
      configurable: true,
      enumerable: true,
      writable: false,
    });
    unwrap(Below);
    expect(Object.hasOwn(Below.prototype, 'fixed')).toBe(false);
  });
});

describe('several applications', () => {
  it('share one wrapper, and each has its own spans', () => {
    class Orders {
      find(): void {}
      list(): void {}
    }
    const [first, second] = [start(), start({ exclude: ['Orders.list'] })];
    first.wrap(Orders);
    const wrapper = Orders.prototype.find;
    second.wrap(Orders);
    expect(Orders.prototype.find).toBe(wrapper);
    const work = (): void => {
      const orders = new Orders();
      orders.find();
      orders.list();
    };
    for (const turn of [1, 2]) {
      inTrace(first.tracing, work);
      expect([turn, second.tracing.spans.spans()]).toEqual([turn, []]);
      expectBelow(first.tracing, 'Orders.find', 'Orders.list');
      inTrace(second.tracing, work);
      expectBelow(second.tracing, 'Orders.find');
    }
  });

  it('take the wrapper away when the last of them does not need it', () => {
    class Orders {
      find(): void {}
    }
    const before = Object.getOwnPropertyDescriptor(Orders.prototype, 'find');
    const [first, second] = [start(), start()];
    first.wrap(Orders);
    second.wrap(Orders);
    first.unwrap(Orders);
    first.unwrap(Orders);
    expect(Orders.prototype.find).not.toBe(before?.value);
    second.unwrap(Orders);
    expect(Object.getOwnPropertyDescriptor(Orders.prototype, 'find')).toEqual(before);
  });

  it('leave alone what somebody else has put over a wrapper', () => {
    class Orders {
      find(): void {}
    }
    const { wrap, unwrap } = start();
    wrap(Orders);
    const over = (): void => {};
    Orders.prototype.find = over;
    unwrap(Orders);
    expect(Orders.prototype.find).toBe(over);
  });

  it('hold on to a wrapper already while they are put together', () => {
    class Orders {
      find(): void {}
    }
    const { find } = Orders.prototype;
    const { traced, tracing, wrap, unwrap } = start();
    const early = new TracedApplication(undefined, resolve().autoTrace, traced['modules']);
    wrapAll(early, Orders);
    const wrapper = Orders.prototype.find;
    inTrace(tracing, () => new Orders().find());
    expectBelow(tracing);
    wrap(Orders);
    unwrapClass(early, Orders);
    expect(Orders.prototype.find).toBe(wrapper);
    unwrap(Orders);
    expect(Orders.prototype.find).toBe(find);
  });
});
