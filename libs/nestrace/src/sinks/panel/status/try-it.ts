import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';

/** Where Nest's decorators leave what they were given. */
const PATH = 'path';
const METHOD = 'method';
const VERSION = '__version__';

type Class = abstract new (...args: never[]) => unknown;

/**
 * A path that can be asked for as it is: the first GET route without parameters, of the classes in
 * this order. Probes are passed over: they leave no trace.
 */
export function firstPath(
  controllers: Iterable<Class>,
  isProbe: (path: string) => boolean,
): string | undefined {
  for (const controller of controllers) {
    // It would have to be said which version, and how.
    if (Reflect.getMetadata(VERSION, controller) !== undefined) continue;
    for (const base of pathsOf(controller)) {
      for (const handler of handlersOf(controller)) {
        if (Reflect.getMetadata(METHOD, handler) !== RequestMethod.GET) continue;
        for (const own of pathsOf(handler)) {
          const path = `/${[base, own]
            .map(bare)
            .filter((part) => part !== '')
            .join('/')}`;
          if (!/[:*{?(]/.test(path) && !isProbe(path)) return path;
        }
      }
    }
  }
  return undefined;
}

function pathsOf(target: object): readonly string[] {
  const path: unknown = Reflect.getMetadata(PATH, target);
  const all: unknown[] = Array.isArray(path) ? path : [path];
  return all.filter((one) => typeof one === 'string');
}

function handlersOf(controller: Class): readonly object[] {
  const prototype = controller.prototype as object;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const value: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    return typeof value === 'function' && name !== 'constructor' ? [value] : [];
  });
}

function bare(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
