import type { ClassReference } from './class-reference.js';

/** What a `LoggerService` of Nest has to have. */
const REQUIRED = ['log', 'error', 'warn'] as const;

const LEVELS: ReadonlySet<string | symbol> = new Set([...REQUIRED, 'debug', 'verbose', 'fatal']);

/**
 * Whether a method is one a logger of the application is called with. A span for every line would
 * tell nothing, and the line itself is on the span around it.
 */
export function isLogMethod({ prototype }: ClassReference, key: string | symbol): boolean {
  if (!LEVELS.has(key)) return false;
  return REQUIRED.every((name) => isMethod(prototype as object | undefined, name));
}

/** Looked up without calling a getter. */
function isMethod(prototype: object | undefined, name: string): boolean {
  for (
    let holder: object | null = prototype ?? null;
    holder !== null;
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, name);
    if (descriptor !== undefined) return typeof descriptor.value === 'function';
  }
  return false;
}
