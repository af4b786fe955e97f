/** Any class, abstract ones too. */
// oxlint-disable-next-line typescript/no-unsafe-function-type -- there is no narrower type for it
export type ClassReference = Function & { readonly prototype: object };

/** Arrow functions, factories and bound functions have no prototype; nothing can be made of them. */
export function isClassReference(value: unknown): value is ClassReference {
  if (typeof value !== 'function') return false;
  const prototype: unknown = value.prototype;
  return typeof prototype === 'object' && prototype !== null;
}

/** The name a class was declared with; a static member may hide it, and may be anything. */
export function classNameOf(owner: ClassReference): string {
  const name: unknown = Object.getOwnPropertyDescriptor(owner, 'name')?.value;
  if (typeof name === 'string') return name;
  return /^class\s+([\w$]+)/.exec(Function.prototype.toString.call(owner))?.[1] ?? '';
}
