import 'reflect-metadata';
import { RequestMethod } from '@nestjs/common';
import type { ApplicationConfig } from '@nestjs/core';

/** Where Nest's RouterModule leaves the path of a module. */
const MODULE_PATH = '__module_path__';
/** What `setGlobalPrefix` makes of `all` routes in some versions. */
const ALL_METHODS = -1;

/** Path of a module that was given one with Nest's `RouterModule`. */
export function modulePathOf(module: object, applicationId: string): string {
  const path: unknown =
    Reflect.getMetadata(MODULE_PATH + applicationId, module) ??
    Reflect.getMetadata(MODULE_PATH, module);
  return typeof path === 'string' ? path : '';
}

/**
 * The path the router serves one of ours at, with the global prefix unless the application excluded
 * it. It is known once the application is configured, before it listens.
 */
export function servedPath(config: ApplicationConfig, path: string): string {
  return isExcluded(config, path) ? path : joinPath(config.getGlobalPrefix(), path);
}

export function isExcluded(config: ApplicationConfig, path: string): boolean {
  const { exclude = [] } = config.getGlobalPrefixOptions();
  return exclude.some(({ requestMethod, pathRegex }) => {
    const method: number = requestMethod;
    const isOfGet = [RequestMethod.GET, RequestMethod.ALL, ALL_METHODS].includes(method);
    return isOfGet && pathRegex.test(path);
  });
}

/** With one slash at the start and between parts. */
export function joinPath(...parts: readonly string[]): string {
  const segments = parts.flatMap((part) => part.split('/')).filter((segment) => segment !== '');
  return `/${segments.join('/')}`;
}
