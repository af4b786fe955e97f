import type { ModulesContainer } from '@nestjs/core';
import type { ClassReference } from './class-reference.js';
import type { EnhancerRole } from './roles.js';

/** What matters of Nest's `InstanceWrapper`. */
export interface Entry {
  readonly token?: unknown;
  readonly metatype: unknown;
  /** Not to be looked at where it may have to be made first. */
  readonly instance?: unknown;
  readonly isAlias?: boolean;
  /** A factory or a value. */
  readonly isNotMetatype: boolean;
  readonly subtype?: EnhancerRole;
}

/** What matters of Nest's `Module`. */
export interface ModuleShape {
  readonly metatype: ClassReference;
  readonly providers: Map<unknown, Entry>;
  readonly controllers: Map<unknown, Entry>;
  readonly injectables: Map<unknown, Entry>;
}

export type Visit = (entry: Entry, module: ModuleShape) => void;

/**
 * Visits everything the container holds, and everything that comes later: modules may be loaded
 * while the application runs. The returned function stops that.
 */
export function watchContainer(container: ModulesContainer, visit: Visit): () => void {
  const undo: (() => void)[] = [];
  const visitModule = (module: ModuleShape): void => {
    for (const entries of [module.controllers, module.injectables, module.providers]) {
      undo.push(
        watchMap(entries, (entry) => {
          visit(entry, module);
        }),
      );
    }
  };
  undo.push(watchMap(container as unknown as Map<unknown, ModuleShape>, visitModule));
  return () => {
    for (const stop of undo) stop();
  };
}

/** Sees every value of a map, those that are there and those that are put there later. */
function watchMap<V>(map: Map<unknown, V>, see: (value: V) => void): () => void {
  for (const value of map.values()) see(value);
  const { set } = map;
  const hasOwn = Object.hasOwn(map, 'set');
  const watched = function (this: Map<unknown, V>, key: unknown, value: V): Map<unknown, V> {
    const result = Reflect.apply(set, this, [key, value]);
    see(value);
    return result;
  };
  map.set = watched;
  return () => {
    if (map.set !== watched) return;
    if (hasOwn) map.set = set;
    else Reflect.deleteProperty(map, 'set');
  };
}
