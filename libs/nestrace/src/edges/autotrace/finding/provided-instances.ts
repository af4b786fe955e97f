import 'reflect-metadata';
import type { ModulesContainer } from '@nestjs/core';
import { types } from 'node:util';
import { isClassReference, type ClassReference } from './class-reference.js';
import type { ModuleShape } from './watch-container.js';

/** What `@Injectable()` and `@Controller()` leave on a class. */
const INJECTABLE = '__injectable__';
const CONTROLLER = '__controller__';

/**
 * Classes of what factories made and of values, as far as they are the application's own: a client
 * of Redis comes from a factory as well, and nobody asked to see its insides.
 */
export function findProvidedInstances(
  container: ModulesContainer,
  found: (owner: ClassReference, module: ModuleShape) => void,
): void {
  for (const module of container.values()) {
    for (const entry of module.providers.values()) {
      if (!entry.isNotMetatype || entry.isAlias) continue;
      const owner = classOf(entry.instance);
      if (owner !== undefined && isDecorated(owner)) found(owner, module);
    }
  }
}

/** The class of an instance, found without running anything of it. */
export function classOf(instance: unknown): ClassReference | undefined {
  if (typeof instance !== 'object' || instance === null || types.isProxy(instance))
    return undefined;
  const prototype: unknown = Object.getPrototypeOf(instance);
  if (typeof prototype !== 'object' || prototype === null || types.isProxy(prototype)) {
    return undefined;
  }
  const declared: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return isClassReference(declared) && declared.prototype === prototype ? declared : undefined;
}

function isDecorated(owner: ClassReference): boolean {
  return Reflect.hasOwnMetadata(INJECTABLE, owner) || Reflect.hasOwnMetadata(CONTROLLER, owner);
}
