import { isProxy } from 'node:util/types';

/** Any class, abstract ones too. */
// oxlint-disable-next-line typescript/no-unsafe-function-type -- there is no narrower type for it
export type ClassReference = Function & { readonly prototype: object };

/**
 * Arrow functions, factories and bound functions have no prototype; nothing can be made of them. A
 * proxy may do anything when it is looked at.
 */
export function isClassReference(value: unknown): value is ClassReference {
  if (typeof value !== 'function' || isProxy(value)) return false;
  const prototype: unknown = value.prototype;
  return typeof prototype === 'object' && prototype !== null && !isProxy(prototype);
}

/** What Nest's `mixin()` calls the classes it makes: another name in each process. */
const RANDOM = /^[0-9a-f]{21}$/;

/** For those that extend nothing with a better name: one for all, or there was no end of names. */
const NAMELESS = 'Mixin';

/** The name of a class as spans show it: its own, or that of the class it extends. */
export function classNameOf(owner: ClassReference): string {
  for (let one: unknown = owner; isClassReference(one); one = Object.getPrototypeOf(one)) {
    const name = declaredName(one);
    if (name !== '') return name;
  }
  return NAMELESS;
}

/**
 * The name a class was declared with. A static member may hide it, and may be anything. The text is
 * the second choice: bundlers shorten the names in it.
 */
function declaredName(owner: ClassReference): string {
  const name: unknown = Object.getOwnPropertyDescriptor(owner, 'name')?.value;
  if (typeof name === 'string' && !RANDOM.test(name)) return name;
  const text = Function.prototype.toString.call(owner);
  return /^class\s+(?!extends\b)([\w$]+)/.exec(text)?.[1] ?? '';
}
