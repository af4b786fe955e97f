import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import { compilePatterns } from '../../../core/matcher.js';
import type { PanelAddress } from '../../../pipeline/panel-address.js';
import { PROBE_PATHS } from '../traces/analysis-settings.js';

/** Where Nest's decorators leave what they were given. */
const PATH = 'path';
const METHOD = 'method';
const VERSION = '__version__';

type Class = abstract new (...args: never[]) => unknown;

const isProbe = compilePatterns(PROBE_PATHS);

/** The command that makes a trace: the first route of the application that can be called as it is. */
export function commandToTry(
  { path, url }: PanelAddress,
  ownPath: string,
  controllers: Iterable<Class>,
): string | undefined {
  const panelUrl = url();
  if (panelUrl === undefined || path === undefined) return undefined;
  const isOwn = (one: string): boolean => one === `/${ownPath}` || one.startsWith(`/${ownPath}/`);
  const found = firstPath(controllers, (one) => isProbe(one) || isOwn(one));
  if (found === undefined) return undefined;
  const prefix = path.slice(0, path.length - ownPath.length - 1);
  return `curl ${new URL(panelUrl).origin}${prefix}${found}`;
}

/**
 * A path that can be asked for as it is: the first GET route without parameters, of the classes in
 * this order. What leaves no trace is passed over.
 */
export function firstPath(
  controllers: Iterable<Class>,
  leavesNone: (path: string) => boolean,
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
          if (!/[:*{?(]/.test(path) && !leavesNone(path)) return path;
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
