import { ModulesContainer } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import {
  watchContainer,
  type Entry,
  type ModuleShape,
} from '../../../../../libs/nestrace/src/edges/autotrace/finding/watch-container.js';

class OrdersModule {}

const entry = (metatype: unknown): Entry => ({ metatype, isNotMetatype: false });

function moduleWith(...providers: readonly (readonly [string, Entry])[]): ModuleShape {
  return {
    metatype: OrdersModule,
    providers: new Map(providers),
    controllers: new Map(),
    injectables: new Map(),
  };
}

function containerOf(...modules: readonly ModuleShape[]): ModulesContainer {
  const container = new ModulesContainer();
  for (const module of modules) add(container, module);
  return container;
}

function add(container: ModulesContainer, module: ModuleShape): void {
  container.set(`module ${container.size}`, module as never);
}

function watch(container: ModulesContainer) {
  const seen: [Entry, ModuleShape][] = [];
  const stop = watchContainer(container, (one, module) => seen.push([one, module]));
  return { seen, stop };
}

describe('watchContainer', () => {
  const [first, second, third] = [entry('first'), entry('second'), entry('third')];

  it('visits everything that is there: controllers, enhancers, providers', () => {
    const module = moduleWith(['a', first]);
    module.controllers.set('b', second);
    module.injectables.set('c', third);
    expect(watch(containerOf(module)).seen).toEqual([
      [second, module],
      [third, module],
      [first, module],
    ]);
  });

  it('visits what comes later, in modules that are there and in new ones', () => {
    const known = moduleWith();
    const container = containerOf(known);
    const { seen } = watch(container);
    known.providers.set('a', first);
    const late = moduleWith(['b', second]);
    add(container, late);
    late.controllers.set('c', third);
    expect(seen).toEqual([
      [first, known],
      [second, late],
      [third, late],
    ]);
    expect(known.providers.get('a')).toBe(first);
    expect(known.providers.set('d', first)).toBe(known.providers);
  });

  it('stops, and leaves nothing behind', () => {
    const module = moduleWith();
    const container = containerOf(module);
    const { seen, stop } = watch(container);
    const late = moduleWith();
    add(container, late);
    stop();
    module.providers.set('a', first);
    late.providers.set('b', first);
    add(container, moduleWith(['c', second]));
    expect(seen).toEqual([]);
    for (const map of [container, module.providers, module.controllers, late.injectables]) {
      expect(Object.hasOwn(map, 'set')).toBe(false);
    }
  });

  it('gets along with another one that came later and stops first', () => {
    const module = moduleWith();
    const [one, other] = [watch(containerOf(module)), watch(containerOf(module))];
    module.providers.set('a', first);
    other.stop();
    module.providers.set('b', second);
    one.stop();
    module.providers.set('c', third);
    expect(one.seen).toEqual([
      [first, module],
      [second, module],
    ]);
    expect(other.seen).toEqual([[first, module]]);
    expect(Object.hasOwn(module.providers, 'set')).toBe(false);
  });

  it('leaves alone what somebody has put over it', () => {
    const module = moduleWith();
    const { stop } = watch(containerOf(module));
    const theirs = Map.prototype.set;
    module.providers.set = theirs;
    stop();
    expect(module.providers.set).toBe(theirs);
  });
});
