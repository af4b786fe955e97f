import type { NestInterceptor } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { types } from 'node:util';

/** Metadata keys of Nest; none of the packages is imported, they may not be installed. */
const IS_GATEWAY = 'websockets:is_gateway';
const PATTERN = 'microservices:pattern';
const RESOLVER = 'graphql:resolver_type';
const INTERCEPTORS = '__interceptors__';

type Class = abstract new (...args: never[]) => object;

/**
 * Global interceptors do not run everywhere: not for WebSocket gateways on Nest 11, and not for a
 * microservice connected to an application whose configuration it does not inherit. So the
 * interceptor is bound to the classes that handle messages, as `@UseInterceptors()` would. The
 * returned function takes it away again.
 */
export function bindToMessageHandlers(
  modules: ModulesContainer,
  interceptor: NestInterceptor,
): () => void {
  const bound: NestInterceptor = {
    // A controller may have routes as well, and for them the global interceptor does run.
    intercept: (execution, next) =>
      execution.getType() === 'http' ? next.handle() : interceptor.intercept(execution, next),
  };
  const undo = [...handlersOfMessages(modules)].map((owner) => bind(owner, bound));
  return () => {
    for (const unbind of undo) unbind();
  };
}

/**
 * Nest reads the interceptors of a class through its base classes. A class that only inherits them
 * needs a list of its own here, or what it inherits would be hidden, and loses it again afterwards.
 */
function bind(owner: Class, interceptor: NestInterceptor): () => void {
  const inheritsAll = !Reflect.hasOwnMetadata(INTERCEPTORS, owner);
  Reflect.defineMetadata(INTERCEPTORS, [interceptor, ...others(owner, interceptor)], owner);
  return () => {
    if (inheritsAll) Reflect.deleteMetadata(INTERCEPTORS, owner);
    else Reflect.defineMetadata(INTERCEPTORS, others(owner, interceptor), owner);
  };
}

/** Whether an application handles anything that is not a request: messages, operations of GraphQL. */
export function handlesMoreThanRequests(modules: ModulesContainer): boolean {
  if (handlersOfMessages(modules).size > 0) return true;
  return [...modules.values()].some(({ providers }) =>
    [...providers.values()].some(
      ({ metatype }) => isClass(metatype) && hasMethodsWith(RESOLVER, metatype.prototype),
    ),
  );
}

function handlersOfMessages(modules: ModulesContainer): ReadonlySet<Class> {
  const found = new Set<Class>();
  for (const { providers, controllers } of modules.values()) {
    for (const { metatype } of providers.values()) {
      if (isClass(metatype) && Reflect.hasMetadata(IS_GATEWAY, metatype)) found.add(metatype);
    }
    for (const { metatype } of controllers.values()) {
      if (isClass(metatype) && hasMethodsWith(PATTERN, metatype.prototype)) found.add(metatype);
    }
  }
  return found;
}

function isClass(metatype: unknown): metatype is Class {
  return typeof metatype === 'function' && typeof metatype.prototype === 'object';
}

/** Whether a class, or one it extends, has a method with this metadata. */
function hasMethodsWith(metadata: string, prototype: object): boolean {
  for (
    let level: object | null = prototype;
    // To look into a proxy would run code of the application.
    level !== null && level !== Object.prototype && !types.isProxy(level);
    level = Object.getPrototypeOf(level) as object | null
  ) {
    for (const key of Reflect.ownKeys(level)) {
      const method: unknown = Object.getOwnPropertyDescriptor(level, key)?.value;
      if (typeof method === 'function' && Reflect.hasMetadata(metadata, method)) return true;
    }
  }
  return false;
}

function others(owner: Class, interceptor: NestInterceptor): readonly unknown[] {
  const bound = Reflect.getMetadata(INTERCEPTORS, owner) as readonly unknown[] | undefined;
  return bound?.filter((one) => one !== interceptor) ?? [];
}
