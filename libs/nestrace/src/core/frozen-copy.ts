/**
 * Copies plain objects and arrays all the way down and freezes the copies. Class instances are not
 * copied, nor is what is named as spared.
 */
export function frozenCopy<T>(value: T, spared: ReadonlySet<unknown> = new Set()): T {
  const copies = new Map<object, object>();
  const copy = (original: unknown): unknown => {
    if (!isPlain(original) || spared.has(original)) return original;
    const known = copies.get(original);
    if (known !== undefined) return known;
    const target = Array.isArray(original) ? [] : {};
    copies.set(original, target);
    for (const [key, inner] of Object.entries(original)) {
      // Not an assignment: that of `__proto__` would not make a property.
      Object.defineProperty(target, key, { value: copy(inner), enumerable: true });
    }
    return Object.freeze(target);
  };
  return copy(value) as T;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
