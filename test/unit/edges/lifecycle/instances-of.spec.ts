import 'reflect-metadata';
import { Controller, Injectable, Module, Scope } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { describe, expect, it } from 'vitest';
import {
  instancesOf,
  type FoundInstance,
} from '../../../../libs/nestrace/src/edges/lifecycle/instances-of.js';

@Injectable()
class Cook {}

@Injectable({ scope: Scope.TRANSIENT })
class Spoon {}

@Injectable({ scope: Scope.REQUEST })
class Guest {}

@Controller()
class Kitchen {
  constructor(
    readonly cook: Cook,
    readonly spoon: Spoon,
  ) {}
}

class Recipe {
  static readonly isClass = true;
}

const NOTHING = Symbol('nothing');
const LITERAL = Symbol('literal');
const BARE = Object.create(null) as object;

@Module({
  controllers: [Kitchen],
  providers: [
    Cook,
    Spoon,
    Guest,
    { provide: 'ALIAS', useExisting: Cook },
    { provide: 'FACTORY', useFactory: () => new Recipe() },
    { provide: 'CLASS', useValue: Recipe },
    { provide: NOTHING, useValue: null },
    { provide: 'TEXT', useValue: 'text' },
    { provide: LITERAL, useValue: {} },
    { provide: 'BARE', useValue: BARE },
  ],
})
class KitchenModule {}

@Module({ imports: [KitchenModule], providers: [] })
class HouseModule {}

/** Nest provides them in every module. */
const NESTS_OWN: ReadonlySet<string> = new Set(['ApplicationConfig', 'ModuleRef']);

async function found(leftOut?: string): Promise<readonly FoundInstance[]> {
  const testing = await Test.createTestingModule({ imports: [HouseModule] }).compile();
  const modules = testing.get(ModulesContainer);
  return instancesOf(modules, ({ name }) => name === 'InternalCoreModule' || name === leftOut);
}

describe('instancesOf', () => {
  it('finds what Nest calls hooks of, once, with class and module', async () => {
    const names = (await found())
      .filter(({ module }) => module === 'KitchenModule')
      .map(({ className }) => className)
      .filter((name) => !NESTS_OWN.has(name));
    expect(names.toSorted()).toEqual([
      'BARE',
      'Cook',
      'Kitchen',
      'KitchenModule',
      'Recipe',
      'Recipe',
      'Spoon',
      'Symbol(literal)',
    ]);
  });

  it('leaves out the modules it is told to', async () => {
    const modules = (await found('KitchenModule')).map(({ module }) => module);
    expect(modules).toContain('HouseModule');
    expect(modules).not.toContain('KitchenModule');
  });

  it('hands out the very instances', async () => {
    const bare = (await found()).find(({ className }) => className === 'BARE');
    expect(bare?.instance).toBe(BARE);
  });
});
