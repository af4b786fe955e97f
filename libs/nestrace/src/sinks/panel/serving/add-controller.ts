import 'reflect-metadata';
import type { Type } from '@nestjs/common';
import type { ModuleRef, ModulesContainer } from '@nestjs/core';
import type { PanelGuard } from '../../../config/panel-access.options.js';
import { FoundGuard, type GuardClass } from './found-guard.js';

type Module = ModulesContainer extends Map<string, infer M> ? M : never;
type Subtype = Parameters<Module['addInjectable']>[1];

/** Metadata of what decorators put around a class, and what Nest calls that. */
const ENHANCERS = [
  ['__guards__', 'guard'],
  ['__interceptors__', 'interceptor'],
  ['__exceptionFilters__', 'filter'],
  ['__pipes__', 'pipe'],
] as const satisfies readonly (readonly [string, Subtype])[];

/**
 * Does what Nest does when it finds a controller in the metadata of a module, which it has read
 * already at this time.
 */
export function addController(module: Module, controller: Type): void {
  module.addController(controller);
  for (const [key, subtype] of ENHANCERS) {
    const enhancers: unknown = Reflect.getMetadata(key, controller);
    if (!Array.isArray(enhancers)) continue;
    for (const enhancer of enhancers) {
      if (typeof enhancer === 'function')
        module.addInjectable(enhancer as Type, subtype, controller);
    }
  }
}

/** The given guards; those the application has already are taken from there. */
export function guardsFor(
  guards: readonly PanelGuard[],
  modules: ModulesContainer,
  moduleRef: ModuleRef,
): readonly PanelGuard[] {
  return guards.map((guard) => {
    if (typeof guard !== 'function') return guard;
    const isProvided = [...modules.values()].some(
      ({ providers, injectables }) => providers.has(guard) || injectables.has(guard),
    );
    return isProvided ? new FoundGuard(guard as GuardClass, moduleRef) : guard;
  });
}
