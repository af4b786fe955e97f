import 'reflect-metadata';
import type { ApplicationConfig } from '@nestjs/core';
import { isProxy } from 'node:util/types';
import type { ClassReference } from './class-reference.js';
import type { EnhancerRole } from './roles.js';

/** Metadata keys of Nest under which decorators keep what is bound. */
const BINDINGS: readonly (readonly [key: string, role: EnhancerRole])[] = [
  ['__guards__', 'guard'],
  ['__pipes__', 'pipe'],
  ['__interceptors__', 'interceptor'],
  ['__exceptionFilters__', 'filter'],
];
const ROUTE_ARGUMENTS = '__routeArguments__';

export type Found = (enhancer: unknown, role: EnhancerRole) => void;

/**
 * Finds what `@UseGuards()` and its like bind to a class and its methods, classes and instances
 * (`new ParseIntPipe()`) alike: instances are in no container.
 */
export function findBoundEnhancers(owner: ClassReference, found: Found): void {
  findOn(owner, found);
  const seen = new Set(['constructor']);
  let level: object | null = owner.prototype;
  // Handlers may be inherited.
  while (level !== null && level !== Object.prototype && !isProxy(level)) {
    for (const key of Object.getOwnPropertyNames(level)) {
      if (seen.has(key)) continue;
      seen.add(key);
      const method: unknown = Object.getOwnPropertyDescriptor(level, key)?.value;
      if (typeof method === 'function' && !isProxy(method)) findOnMethod(owner, key, method, found);
    }
    level = Object.getPrototypeOf(level) as object | null;
  }
}

function findOnMethod(owner: ClassReference, key: string, method: object, found: Found): void {
  findOn(method, found);
  const args = Reflect.getMetadata(ROUTE_ARGUMENTS, owner, key) as
    Readonly<Record<string, { readonly pipes?: readonly unknown[] }>> | undefined;
  for (const { pipes } of Object.values(args ?? {})) {
    for (const pipe of pipes ?? []) found(pipe, 'pipe');
  }
}

function findOn(target: object, found: Found): void {
  for (const [key, role] of BINDINGS) {
    const bound: unknown = Reflect.getMetadata(key, target);
    if (Array.isArray(bound)) for (const enhancer of bound as unknown[]) found(enhancer, role);
  }
}

/** Methods of Nest's configuration through which global enhancers come in, as instances. */
const GLOBALS = [
  ['useGlobalGuards', 'guard'],
  ['addGlobalGuard', 'guard'],
  ['useGlobalPipes', 'pipe'],
  ['addGlobalPipe', 'pipe'],
  ['useGlobalInterceptors', 'interceptor'],
  ['addGlobalInterceptor', 'interceptor'],
  ['useGlobalFilters', 'filter'],
  ['addGlobalFilter', 'filter'],
] as const;

/**
 * Sees global enhancers, those that are there and those that are added later, before Nest binds
 * them to routes. The returned function stops that.
 */
export function watchGlobalEnhancers(config: ApplicationConfig, found: Found): () => void {
  for (const guard of config.getGlobalGuards()) found(guard, 'guard');
  for (const pipe of config.getGlobalPipes()) found(pipe, 'pipe');
  for (const interceptor of config.getGlobalInterceptors()) found(interceptor, 'interceptor');
  for (const filter of config.getGlobalFilters()) found(filter, 'filter');
  const undo = GLOBALS.map(([name, role]) => {
    const target = config as unknown as Record<string, (...items: unknown[]) => unknown>;
    const original = target[name];
    if (original === undefined || Object.hasOwn(config, name)) return () => {};
    target[name] = function (...items) {
      for (const item of items) found(item, role);
      return Reflect.apply(original, this, items);
    };
    return () => {
      Reflect.deleteProperty(target, name);
    };
  });
  return () => {
    for (const stop of undo) stop();
  };
}
