import type { ModulesContainer } from '@nestjs/core';
import { noteFailure } from '../../core/failures.js';

export type Module = ModulesContainer extends Map<string, infer M> ? M : never;
type Wrapper = Module['providers'] extends Map<unknown, infer W> ? W : never;

/** Something Nest calls the hooks of. */
export interface FoundInstance {
  readonly instance: object;
  /** Its class; where it has none, the name it is provided under. */
  readonly className: string;
  /** The module that provides it. */
  readonly module: string;
}

/** Everything of an application that may have hooks, as Nest itself looks for it. */
export function instancesOf(
  modules: ModulesContainer,
  isLeftOut: (module: Module) => boolean,
): readonly FoundInstance[] {
  return [...modules.values()]
    .filter((module) => !isLeftOut(module))
    .flatMap((module) =>
      wrappersOf(module).flatMap((wrapper) => {
        try {
          return found(wrapper, module.name);
        } catch (error) {
          noteFailure('lifecycle', error);
          return [];
        }
      }),
    );
}

function wrappersOf({ providers, controllers, injectables, middlewares }: Module): Wrapper[] {
  const maps = [providers, controllers, injectables, middlewares] as Map<unknown, Wrapper>[];
  return maps.flatMap((map) => Array.from(map.values()));
}

function found(wrapper: Wrapper, module: string): FoundInstance[] {
  // Looking at the instance of a scoped provider would make one.
  if (wrapper.isAlias || !wrapper.isDependencyTreeStatic()) return [];
  const instances: readonly unknown[] = wrapper.isTransient
    ? wrapper.getStaticTransientInstances().map((host) => host?.instance)
    : [wrapper.instance];
  return instances
    .filter(mayHaveHooks)
    .map((instance) => ({ instance, className: classNameOf(instance, wrapper), module }));
}

function mayHaveHooks(instance: unknown): instance is object {
  return (typeof instance === 'object' && instance !== null) || typeof instance === 'function';
}

function classNameOf(instance: object, { token }: Wrapper): string {
  const name = typeof instance === 'function' ? instance.name : instance.constructor?.name;
  if (name !== undefined && name !== '' && name !== 'Object') return name;
  return typeof token === 'function' ? token.name : String(token);
}
