import { types } from 'node:util';
import type { Method } from '../../../pipeline/methods/method-plan.js';
import { isBuiltInPrototype } from './built-in-prototypes.js';
import { classNameOf, isClassReference } from './class-reference.js';
import { originalOf } from './originals.js';
import { isThirdPartyClass } from './third-party.js';

/** A method of a class that can have a wrapper. */
export interface FoundMethod {
  readonly key: string | symbol;
  readonly method: Method;
  /** How it is a property of the class that declares it. */
  readonly descriptor: PropertyDescriptor;
  /** Declared in the class itself, not in one it extends. */
  readonly isOwn: boolean;
}

/**
 * Names that are not the work of a request: hooks of Nest's lifecycle, which have spans of their
 * own, and what the language itself calls, `await` for example.
 */
const SKIPPED: ReadonlySet<string | symbol> = new Set<string | symbol>([
  'constructor',
  'onModuleInit',
  'onApplicationBootstrap',
  'onModuleDestroy',
  'beforeApplicationShutdown',
  'onApplicationShutdown',
  'then',
  'catch',
  'finally',
  'toString',
  'toLocaleString',
  'toJSON',
  'valueOf',
  ...Object.getOwnPropertyNames(Symbol)
    .map((name): unknown => (Symbol as unknown as Record<string, unknown>)[name])
    .filter((value) => typeof value === 'symbol'),
  Symbol.for('nodejs.util.inspect.custom'),
]);

/**
 * The methods of a class that can be wrapped: its own and those it inherits from classes of the
 * application. Looking must not run anything: accessors are left alone, and whatever is not known
 * for sure to be a plain method.
 */
export function methodsOf(prototype: object): readonly FoundMethod[] {
  const found = new Map<string | symbol, FoundMethod | undefined>();
  let isOwn = true;
  let isOpaque = false;
  for (
    let level: object | null = prototype;
    level !== null && !isForeign(level, isOwn);
    level = Object.getPrototypeOf(level) as object | null
  ) {
    for (const key of Reflect.ownKeys(level)) {
      if (found.has(key) || SKIPPED.has(key)) continue;
      // Also what is no method hides the one of a class below.
      found.set(key, methodAt(level, key, isOwn));
      isOpaque ||= !isOwn && isProxyAt(level, key);
    }
    isOwn = false;
  }
  // What is inherited is wrapped as a whole, and a proxy would be left behind.
  const methods = [...found.values()].filter((one) => one !== undefined);
  return isOpaque ? methods.filter(({ isOwn: isDeclaredHere }) => isDeclaredHere) : methods;
}

/** One method of a class, wherever it is declared; for the few that Nest calls by name. */
export function methodNamed(prototype: object, key: string): FoundMethod | undefined {
  let isOwn = true;
  for (
    let level: object | null = prototype;
    level !== null;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    if (types.isProxy(level)) return undefined;
    if (Object.hasOwn(level, key)) return methodAt(level, key, isOwn);
    isOwn = false;
  }
  return undefined;
}

function methodAt(level: object, key: string | symbol, isOwn: boolean): FoundMethod | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(level, key);
  const present: unknown = descriptor?.value;
  if (descriptor === undefined || typeof present !== 'function') return undefined;
  if (types.isProxy(present)) return undefined;
  if (isOwn && (descriptor.configurable !== true || isCopied(level, key, present)))
    return undefined;
  // Another application of this process may have wrapped it.
  const method = originalOf(present as Method);
  return isClass(method) ? undefined : { key, method, descriptor, isOwn };
}

function isProxyAt(level: object, key: string | symbol): boolean {
  return types.isProxy(Object.getOwnPropertyDescriptor(level, key)?.value);
}

/**
 * Some copy the methods of a class to another one, its constructor among them. Nest looks for the
 * parameters of such a method where it is from, as long as it is the same.
 */
function isCopied(level: object, key: string | symbol, present: object): boolean {
  const declared: unknown = Object.getOwnPropertyDescriptor(level, 'constructor')?.value;
  if (!isClassReference(declared) || declared.prototype === level) return false;
  return Object.getOwnPropertyDescriptor(declared.prototype, key)?.value === present;
}

/** Where to stop: above are classes of the language, of Node, of a package, or a trap. */
function isForeign(level: object, isOwn: boolean): boolean {
  if (types.isProxy(level)) return true;
  if (isOwn) return false;
  if (isBuiltInPrototype(level)) return true;
  const declared: unknown = Object.getOwnPropertyDescriptor(level, 'constructor')?.value;
  return isClassReference(declared) && isThirdPartyClass(classNameOf(declared));
}

/** A class kept on a prototype is a value, not a method. */
function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
