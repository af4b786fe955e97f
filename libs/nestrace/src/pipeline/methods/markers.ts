/**
 * Marks left on methods and classes. They are registered symbols: two copies of this package in one
 * process have to recognise each other's work.
 */

/** On a wrapper: this method has a span. */
export const TRACED_METHOD = Symbol.for('nestrace/traced-method');
/** On a wrapper or a class: nothing of it is recorded. */
export const UNTRACED = Symbol.for('nestrace/untraced');
/** Metadata of a method: which arguments become attributes. */
export const SPAN_ATTRIBUTES = Symbol.for('nestrace/span-attributes');

export function mark(target: object, marker: symbol): void {
  Object.defineProperty(target, marker, { value: true, configurable: true });
}

export function hasMark(target: unknown, marker: symbol): boolean {
  return typeof target === 'function' && Object.hasOwn(target, marker);
}
