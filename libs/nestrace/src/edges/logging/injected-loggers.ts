import type { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { types } from 'node:util';

/** Names of the classes loggers of pino and winston are made of. */
const LOGGER_CLASSES: ReadonlySet<unknown> = new Set(['Pino', 'DerivedLogger', 'WinstonLogger']);

interface InjectedLoggers {
  /** Loggers of pino and winston, and the one the HTTP server has of its own. */
  readonly loggers: readonly unknown[];
  /** Prototype of the class of nestjs-pino, whose instances are made when they are asked for. */
  readonly pinoLogger: unknown;
}

/** Loggers the application injects without making them the one of Nest. */
export function injectedLoggers(
  modules: ModulesContainer,
  host: HttpAdapterHost | undefined,
): InjectedLoggers {
  const loggers: unknown[] = [];
  let pinoLogger: unknown;
  for (const { providers } of modules.values()) {
    for (const { metatype, instance } of providers.values()) {
      if (isNamed(metatype, 'PinoLogger')) {
        const { root, prototype } = metatype as { root?: unknown; prototype?: unknown };
        pinoLogger = prototype;
        loggers.push(root);
      } else if (isLogger(instance)) {
        loggers.push(instance);
      }
    }
  }
  const server: unknown = host?.httpAdapter?.getInstance();
  if (isObject(server) && 'version' in server) loggers.push((server as { log?: unknown }).log);
  return { loggers, pinoLogger };
}

function isNamed(metatype: unknown, name: string): boolean {
  return typeof metatype === 'function' && !types.isProxy(metatype) && metatype.name === name;
}

/** Its class is known by its name alone: nothing is asked of an instance that may answer with code. */
function isLogger(instance: unknown): boolean {
  if (!isObject(instance) || types.isProxy(instance)) return false;
  let prototype = Object.getPrototypeOf(instance) as object | null;
  while (prototype !== null && prototype !== Object.prototype) {
    if (types.isProxy(prototype)) return false;
    const made: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
    if (typeof made === 'function' && LOGGER_CLASSES.has(made.name)) return true;
    prototype = Object.getPrototypeOf(prototype) as object | null;
  }
  return false;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
