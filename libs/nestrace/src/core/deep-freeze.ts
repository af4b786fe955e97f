/**
 * Freezes plain objects and arrays all the way down; class instances stay as they are, and so does
 * what is named as spared.
 */
export function deepFreeze<T>(value: T, spared: ReadonlySet<unknown> = new Set()): T {
  if (!isPlain(value) || Object.isFrozen(value) || spared.has(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) deepFreeze(inner, spared);
  return value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
