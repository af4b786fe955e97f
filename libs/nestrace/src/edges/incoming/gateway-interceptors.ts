import type { NestInterceptor } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';

/** Metadata keys of Nest; `@nestjs/websockets` is not imported, it may not be installed. */
const IS_GATEWAY = 'websockets:is_gateway';
const INTERCEPTORS = '__interceptors__';

type Class = abstract new (...args: never[]) => unknown;

/**
 * Nest 11 does not run global interceptors for WebSocket gateways, so the interceptor is bound to
 * each gateway as `@UseInterceptors()` would. The returned function takes it away again.
 */
export function bindToGateways(
  modules: ModulesContainer,
  interceptor: NestInterceptor,
): () => void {
  const undo = [...gatewaysOf(modules)].map((gateway) => bind(gateway, interceptor));
  return () => {
    for (const unbind of undo) unbind();
  };
}

/**
 * Nest reads the interceptors of a class through its base classes. A class that only inherits them
 * needs a list of its own here, or what it inherits would be hidden, and loses it again afterwards.
 */
function bind(gateway: Class, interceptor: NestInterceptor): () => void {
  const inheritsAll = !Reflect.hasOwnMetadata(INTERCEPTORS, gateway);
  Reflect.defineMetadata(INTERCEPTORS, [interceptor, ...others(gateway, interceptor)], gateway);
  return () => {
    if (inheritsAll) Reflect.deleteMetadata(INTERCEPTORS, gateway);
    else Reflect.defineMetadata(INTERCEPTORS, others(gateway, interceptor), gateway);
  };
}

function gatewaysOf(modules: ModulesContainer): ReadonlySet<Class> {
  const found = new Set<Class>();
  for (const { providers } of modules.values()) {
    for (const { metatype } of providers.values()) {
      if (typeof metatype === 'function' && Reflect.hasMetadata(IS_GATEWAY, metatype)) {
        found.add(metatype as Class);
      }
    }
  }
  return found;
}

function others(gateway: Class, interceptor: NestInterceptor): readonly unknown[] {
  const bound = Reflect.getMetadata(INTERCEPTORS, gateway) as readonly unknown[] | undefined;
  return bound?.filter((one) => one !== interceptor) ?? [];
}
