import { NestApplicationContext, type ModulesContainer } from '@nestjs/core';
import { noteFailure } from '../../core/failures.js';
import { SharedPatch } from '../../core/shared-patch.js';
import type { ApplicationLife } from './application-life.js';
import { CALLERS, HOOKS } from './hook-names.js';

type Call = (this: object, ...args: unknown[]) => unknown;

/** An application whose life is followed. */
interface Watched {
  readonly life: ApplicationLife;
  /** The classes of its servers. */
  readonly listening: Set<SharedPatch>;
}

const watched = new WeakMap<object, Watched>();

/**
 * Nest tells nobody when an application is initialised or has run its last hook, so the methods are
 * wrapped in which it does that. All three kinds of applications inherit them; a method that is
 * missing in another version of Nest is a phase that is not shown.
 */
const patches = [
  ...HOOKS.map((hook) =>
    patch(CALLERS[hook], function (application, proceed, args) {
      const life = watchedOf(application)?.life;
      return life === undefined ? proceed() : life.during(hook, args[0], proceed);
    }),
  ),
  // The constructor of an application with a server calls it, when all providers have been made.
  patch('selectContextModule', (application, proceed) => {
    const result = proceed();
    try {
      made(application);
    } catch (error) {
      noteFailure('lifecycle', error);
    }
    return result;
  }),
];

/** Whether it can be known when the last hook of an application has run. */
export function seesTheEnd(): boolean {
  return CALLERS.onApplicationShutdown in NestApplicationContext.prototype;
}

/**
 * Follows the life of one application. The returned function stops that; nothing is returned where
 * somebody does so already.
 */
export function watchApplication(
  modules: ModulesContainer,
  life: ApplicationLife,
): (() => void) | undefined {
  if (watched.has(modules)) return undefined;
  const entry: Watched = { life, listening: new Set() };
  watched.set(modules, entry);
  for (const one of patches) one.install();
  return () => {
    if (!watched.delete(modules)) return;
    for (const one of [...patches, ...entry.listening]) one.uninstall();
  };
}

function patch(
  name: string,
  around: (application: object, proceed: () => unknown, args: readonly unknown[]) => unknown,
): SharedPatch {
  return patchOn(NestApplicationContext.prototype, name, around);
}

function patchOn(
  target: object,
  name: string,
  around: (application: object, proceed: () => unknown, args: readonly unknown[]) => unknown,
): SharedPatch {
  return new SharedPatch(target, name, (original) => {
    const replacement: Call = function (...args) {
      return around(this, () => Reflect.apply(original as Call, this, args), args);
    };
    return replacement;
  });
}

/** Applications are known by the modules they hold, which is what can be injected. */
function watchedOf(application: object): Watched | undefined {
  const { container } = application as { container?: { getModules?(): object } };
  const modules = container?.getModules?.();
  return modules && watched.get(modules);
}

function made(application: object): void {
  const entry = watchedOf(application);
  if (entry === undefined) return;
  entry.life.made();
  const server = ownerOfListen(application);
  if (server === undefined) return;
  const listening = listenPatch(server);
  if (entry.listening.has(listening)) return;
  entry.listening.add(listening);
  listening.install();
}

/** The class of an HTTP application, or that of microservices, whose package may not be there. */
function ownerOfListen(application: object): object | undefined {
  let owner = Object.getPrototypeOf(application) as object | null;
  while (owner !== null && !Object.hasOwn(owner, 'listen')) {
    owner = Object.getPrototypeOf(owner) as object | null;
  }
  return owner ?? undefined;
}

const listenPatches = new WeakMap<object, SharedPatch>();

function listenPatch(server: object): SharedPatch {
  let known = listenPatches.get(server);
  if (known === undefined) {
    known = patchOn(server, 'listen', (application, proceed) => {
      const life = watchedOf(application)?.life;
      return life === undefined ? proceed() : life.listen(proceed);
    });
    listenPatches.set(server, known);
  }
  return known;
}
