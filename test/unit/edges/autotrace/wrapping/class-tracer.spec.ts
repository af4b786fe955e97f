import { Injectable, UseGuards, type CanActivate } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { afterEach, describe, expect, it } from 'vitest';
import type { AutoTraceOptions } from '../../../../../libs/nestrace/src/config/auto-trace.options.js';
import { ClassTracer } from '../../../../../libs/nestrace/src/edges/autotrace/wrapping/class-tracer.js';
import type { ClassReference } from '../../../../../libs/nestrace/src/edges/autotrace/finding/class-reference.js';
import { TracedApplication } from '../../../../../libs/nestrace/src/edges/autotrace/choosing/traced-application.js';
import type { ModuleShape } from '../../../../../libs/nestrace/src/edges/autotrace/finding/watch-container.js';
import { NoTrace } from '../../../../../libs/nestrace/src/edges/manual/no-trace.decorator.js';
import { Traced } from '../../../../../libs/nestrace/src/edges/manual/traced.decorator.js';
import { resolve } from '../../../support/options.js';
import { startTracing } from '../../../support/tracing.js';

class OrdersModule {}
class OtelModule {}

const undo: (() => void)[] = [];
const failures: unknown[] = [];

afterEach(() => {
  for (const stop of undo.splice(0)) stop();
});

function moduleOf(metatype: ClassReference, ...providers: readonly unknown[]): ModuleShape {
  return {
    metatype,
    providers: new Map(providers.map((one) => [one, entryOf(one)])),
    controllers: new Map(),
    injectables: new Map(),
  };
}

const entryOf = (metatype: unknown) => ({ metatype, isNotMetatype: false });
const orders = moduleOf(OrdersModule);

function start(options: AutoTraceOptions = {}, own: ModuleShape = moduleOf(OtelModule)) {
  const { telemetry, stop } = startTracing();
  const modules = new Map([['own', own]]) as unknown as ModulesContainer;
  const { autoTrace } = resolve({ autoTrace: options });
  const application = new TracedApplication(telemetry, autoTrace, modules);
  const isOwn = ({ metatype }: ModuleShape): boolean => metatype === OtelModule;
  const tracer = new ClassTracer(application, modules, isOwn, (error) => failures.push(error));
  undo.push(() => {
    tracer.release();
    stop();
  });
  return tracer;
}

/** Names of the methods that are no longer what they were. */
function wrappedBy(act: () => void, ...owners: readonly ClassReference[]): readonly string[] {
  const methods = (): Map<string, unknown> =>
    new Map(
      owners.flatMap(({ name, prototype }) =>
        Object.entries(Object.getOwnPropertyDescriptors(prototype)).map(([key, { value }]) => [
          `${name}.${key}`,
          value as unknown,
        ]),
      ),
    );
  const before = methods();
  act();
  return [...methods()].filter(([name, value]) => value !== before.get(name)).map(([name]) => name);
}

class Base {
  inherited(): void {}
}

function service() {
  @Injectable()
  class Orders extends Base {
    find(): void {}

    @Traced()
    traced(): void {}

    @NoTrace()
    untraced(): void {}
  }
  return Orders;
}

class Guard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

describe('a class that a module provides', () => {
  it('has wrappers around its methods', () => {
    const Orders = service();
    const tracer = start();
    const wrapped = wrappedBy(() => {
      tracer.visit(entryOf(Orders), orders);
    }, Orders);
    expect(wrapped).toEqual(['Orders.find', 'Orders.inherited']);
  });

  it('has none where its module is of Nest or nestrace, or it is the module', () => {
    const Orders = service();
    const tracer = start();
    class InternalCoreModule {}
    const wrapped = wrappedBy(() => {
      tracer.visit(entryOf(Orders), moduleOf(InternalCoreModule));
      tracer.visit(entryOf(Orders), moduleOf(OtelModule));
      tracer.visit(entryOf(Orders), moduleOf(Orders));
    }, Orders);
    expect(wrapped).toEqual([]);
  });

  it('has none where it is of nestrace, whoever provides it', () => {
    const Orders = service();
    const tracer = start({}, moduleOf(OtelModule, Orders));
    const wrapped = wrappedBy(() => {
      tracer.visit(entryOf(Orders), orders);
    }, Orders);
    expect(wrapped).toEqual([]);
  });

  it('has none where it is no class, or not to be made', () => {
    const Orders = service();
    const tracer = start();
    const wrapped = wrappedBy(() => {
      tracer.visit({ metatype: () => new Orders(), isNotMetatype: false }, orders);
      tracer.visit({ metatype: Orders, isNotMetatype: true }, orders);
      tracer.visit({ metatype: Orders, isNotMetatype: false, isAlias: true }, orders);
      tracer.visit({ metatype: undefined, isNotMetatype: false }, orders);
    }, Orders);
    expect(wrapped).toEqual([]);
  });

  it('has none with @NoTrace(), and none is put on the language', () => {
    @NoTrace()
    class Quiet extends Base {
      find(): void {}
    }
    const tracer = start({ level: 'verbose' });
    const wrapped = wrappedBy(
      () => {
        for (const owner of [Quiet, Map, Object, Promise]) tracer.visit(entryOf(owner), orders);
      },
      Quiet,
      Map,
      Object,
      Promise,
    );
    expect(wrapped).toEqual([]);
  });

  it('has those that are wanted, and of what it inherits all or none', () => {
    class Heir extends Base {
      own(): void {}

      other(): void {}
    }
    const excluding = (...exclude: readonly string[]) =>
      wrappedBy(() => {
        start({ exclude }).visit(entryOf(Heir), orders);
      }, Heir);
    expect(excluding('Heir.own', 'Heir.inherited')).toEqual(['Heir.other']);
    undo.splice(0).forEach((stop) => stop());
    expect(excluding('Heir.own', 'Heir.other')).toEqual(['Heir.inherited']);
    undo.splice(0).forEach((stop) => stop());
    expect(Object.getOwnPropertyNames(Heir.prototype)).toEqual(['constructor', 'own', 'other']);
  });

  it('does not keep an application from starting', () => {
    const Orders = service();
    const tracer = start();
    const entry = Object.defineProperty(entryOf(Orders), 'subtype', {
      get: () => {
        throw new Error('broken');
      },
    });
    expect(() => {
      tracer.visit(entry, orders);
    }).not.toThrow();
    expect(failures.splice(0).map(String)).toEqual(['Error: broken']);
  });
});

describe('an enhancer', () => {
  it('has a wrapper around the method Nest calls, also where it is inherited', () => {
    class Own extends Guard {
      help(): void {}
    }
    class Above {
      unused(): void {}
    }
    Object.setPrototypeOf(Guard.prototype, Above.prototype);
    const tracer = start();
    const wrapped = wrappedBy(
      () => {
        tracer.useAs(Own, 'guard');
        tracer.useAs(new Guard(), 'guard');
        tracer.useAs({ canActivate: () => true }, 'guard');
        tracer.useAs(null, 'guard');
      },
      Own,
      Guard,
      Above,
    );
    expect(wrapped).toEqual(['Own.help', 'Own.canActivate', 'Guard.canActivate']);
  });

  it('is found where it is bound', () => {
    class Bound extends Guard {}

    @UseGuards(Bound)
    @Injectable()
    class Handlers {}
    const tracer = start();
    const wrapped = wrappedBy(
      () => {
        tracer.visit(entryOf(Handlers), orders);
      },
      Bound,
      Handlers,
    );
    expect(wrapped).toEqual(['Bound.canActivate']);
  });

  it('is wrapped although it is excluded where it is a guard, which may begin a trace', () => {
    class Silent extends Guard {
      help(): void {}
    }
    const tracer = start({ exclude: ['Silent'] });
    const wrapped = wrappedBy(() => {
      tracer.useAs(Silent, 'guard');
    }, Silent);
    expect(wrapped).toEqual(['Silent.canActivate']);
  });
});

describe('release', () => {
  it('leaves every class as it was', () => {
    const Orders = service();
    const before = Object.getOwnPropertyDescriptors(Orders.prototype);
    const tracer = start();
    tracer.visit(entryOf(Orders), orders);
    tracer.trace(Orders, undefined, 'middleware');
    tracer.release();
    tracer.release();
    expect(Object.getOwnPropertyDescriptors(Orders.prototype)).toEqual(before);
  });
});
