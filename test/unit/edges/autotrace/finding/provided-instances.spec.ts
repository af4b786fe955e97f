import { Controller, Injectable } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import {
  classOf,
  findProvidedInstances,
} from '../../../../../libs/nestrace/src/edges/autotrace/finding/provided-instances.js';

@Injectable()
class Service {}

@Controller()
class Handler {}

class Foreign {}

class Heir extends Service {}

const hostile = new Proxy(new Service(), {
  get: () => {
    throw new Error('do not look');
  },
  getPrototypeOf: () => {
    throw new Error('do not look');
  },
  getOwnPropertyDescriptor: () => {
    throw new Error('do not look');
  },
});

describe('classOf', () => {
  it('is the class of an instance', () => {
    expect(classOf(new Service())).toBe(Service);
    expect(classOf(new Heir())).toBe(Heir);
    expect(classOf({})).toBe(Object);
  });

  it.each([
    ['nothing', null],
    ['a function', () => {}],
    ['a text', 'text'],
    ['an object without a prototype', Object.create(null)],
    ['an object made of another one', Object.create({})],
    ['a proxy', hostile],
    ['an object made of a proxy', Object.create(hostile)],
    ['a prototype with another constructor', Object.create({ constructor: Foreign })],
    ['a prototype whose constructor is hidden', Object.create({ constructor: 7 })],
  ])('is nothing for %s', (_, instance) => {
    expect(classOf(instance)).toBeUndefined();
  });

  it('is found without running anything', () => {
    const prototype = Object.defineProperty({}, 'constructor', {
      get: () => {
        throw new Error('do not look');
      },
    });
    expect(classOf(Object.create(prototype))).toBeUndefined();
  });
});

describe('findProvidedInstances', () => {
  const provided = (instance: unknown, more = {}) => ({ isNotMetatype: true, instance, ...more });

  function foundIn(...entries: readonly object[]): readonly unknown[] {
    const module = { providers: new Map(entries.map((entry, index) => [index, entry])) };
    const container = new Map([['module', module]]) as unknown as ModulesContainer;
    const found: unknown[] = [];
    findProvidedInstances(container, (owner, where) => {
      expect(where).toBe(module);
      found.push(owner);
    });
    return found;
  }

  it('finds the decorated classes of what factories and values give', () => {
    expect(foundIn(provided(new Service()), provided(new Handler()))).toEqual([Service, Handler]);
  });

  it('leaves out all others', () => {
    const made = provided(new Service());
    expect(
      foundIn(
        provided(new Foreign()),
        provided(new Heir()),
        provided({}),
        provided(null),
        provided(undefined),
        provided(Service),
        provided('text'),
        provided(hostile),
        { ...made, isAlias: true },
        { ...made, isNotMetatype: false },
      ),
    ).toEqual([]);
  });
});
