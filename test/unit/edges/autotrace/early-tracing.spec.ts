import { ModulesContainer } from '@nestjs/core';
import { afterEach, describe, expect, it } from 'vitest';
import { OTEL_USER_OPTIONS } from '../../../../libs/nestrace/src/config/tokens.js';
import type { ClassReference } from '../../../../libs/nestrace/src/edges/autotrace/finding/class-reference.js';
import {
  endEarlyTracing,
  traceEarly,
} from '../../../../libs/nestrace/src/edges/autotrace/early-tracing.js';
import type {
  Entry,
  ModuleShape,
} from '../../../../libs/nestrace/src/edges/autotrace/finding/watch-container.js';

class OtelModule {}
class OrdersModule {}

traceEarly(OtelModule);

const ended: (() => void)[] = [];

afterEach(() => {
  for (const end of ended.splice(0)) end();
});

function moduleOf(metatype: ClassReference): ModuleShape {
  return { metatype, providers: new Map(), controllers: new Map(), injectables: new Map() };
}

const provided = (metatype: ClassReference): Entry => ({ metatype, isNotMetatype: false });
const value = (instance: unknown): Entry => ({
  token: OTEL_USER_OPTIONS,
  metatype: null,
  isNotMetatype: true,
  instance,
});
const factory: Entry = {
  token: OTEL_USER_OPTIONS,
  metatype: () => ({}),
  isNotMetatype: true,
  get instance(): never {
    throw new Error('do not look');
  },
};

/** Collects an application as Nest does: all modules first, the root module before the others. */
function collect(options: Entry, ...owners: readonly ClassReference[]) {
  const container = new ModulesContainer();
  const [root, otel] = [moduleOf(OrdersModule), moduleOf(OtelModule)];
  container.set('root', root as never);
  container.set('otel', otel as never);
  const [first, ...others] = owners;
  if (first !== undefined) root.providers.set(first, provided(first));
  otel.providers.set('options', options);
  for (const owner of others) root.providers.set(owner, provided(owner));
  ended.push(() => endEarlyTracing(container)());
  return { container, root, otel };
}

function define() {
  class First {
    find(): void {}
  }
  class Second {
    find(): void {}
  }
  const originals = [First.prototype.find, Second.prototype.find];
  const areWrapped = (): boolean[] =>
    [First, Second].map(({ prototype }, index) => prototype.find !== originals[index]);
  return { First, Second, areWrapped };
}

describe('the classes of an application that is put together', () => {
  it('are wrapped, whether they come before or after the options', () => {
    const { First, Second, areWrapped } = define();
    collect(value({}), First, Second);
    expect(areWrapped()).toEqual([true, true]);
  });

  it('are wrapped as the options say', () => {
    const { First, Second, areWrapped } = define();
    collect(value({ autoTrace: { exclude: ['First'] } }), First, Second);
    expect(areWrapped()).toEqual([false, true]);
  });

  it('are wrapped as the defaults say where the options come from a factory', () => {
    const { First, Second, areWrapped } = define();
    collect(factory, First, Second);
    expect(areWrapped()).toEqual([true, true]);
  });

  it.each([
    ['tracing is off', { enabled: false }],
    ['auto tracing is off', { autoTrace: false }],
    ['the options are not valid', { autoTrace: { level: 'everything' } }],
  ])('are left alone where %s', (_, options) => {
    const { First, Second, areWrapped } = define();
    const { container, root } = collect(value(options), First, Second);
    expect(areWrapped()).toEqual([false, false]);
    expect([container, root.providers].map((map) => Object.hasOwn(map, 'set'))).toEqual([
      false,
      false,
    ]);
  });

  it('are left alone in an application without nestrace', () => {
    const { First, areWrapped } = define();
    const container = new ModulesContainer();
    const root = moduleOf(OrdersModule);
    container.set('root', root as never);
    root.providers.set('options', value({}));
    root.providers.set(First, provided(First));
    expect(areWrapped()).toEqual([false, false]);
    expect(Object.hasOwn(container, 'set')).toBe(false);
  });

  it('are not looked for any more when nestrace itself has been made', () => {
    const { First, Second, areWrapped } = define();
    const { container, root, otel } = collect(value({}), First);
    const release = endEarlyTracing(container);
    root.providers.set(Second, provided(Second));
    expect(areWrapped()).toEqual([true, false]);
    release();
    expect(areWrapped()).toEqual([false, false]);
    for (const map of [container, root.providers, otel.controllers]) {
      expect(Object.hasOwn(map, 'set')).toBe(false);
    }
  });
});

describe('the container of Nest', () => {
  it('works as before', () => {
    const container = new ModulesContainer();
    const module = moduleOf(OrdersModule);
    expect(container.set('key', module as never)).toBe(container);
    expect(container.get('key')).toBe(module);
    expect([...container.keys()]).toEqual(['key']);
  });

  it('is watched once, whoever asks for it', () => {
    const { set } = ModulesContainer.prototype;
    traceEarly(OtelModule);
    traceEarly(class AnotherOtelModule {});
    expect(ModulesContainer.prototype.set).toBe(set);
  });

  it('takes a module that cannot be looked at', () => {
    const container = new ModulesContainer();
    const broken = Object.defineProperty({}, 'metatype', {
      get: () => {
        throw new Error('do not look');
      },
    });
    expect(() => container.set('broken', broken as never)).not.toThrow();
    expect(container.size).toBe(1);
  });
});
