import 'reflect-metadata';

/**
 * Makes a wrapper pass for the method it wraps: name, number of parameters, text, kind, own
 * properties and all metadata. Guards read roles from the metadata of a method; losing them would
 * open a route. Others read the names of parameters from its text, or `AsyncFunction` from its
 * constructor.
 */
export function takeIdentity(wrapper: object, original: object): void {
  for (const key of Reflect.ownKeys(original)) {
    if (key === 'prototype' || key === 'arguments' || key === 'caller') continue;
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined) Object.defineProperty(wrapper, key, descriptor);
  }
  if (!Object.hasOwn(original, 'toString')) {
    const toString = (): string => Function.prototype.toString.call(original);
    Object.defineProperty(wrapper, 'toString', {
      value: toString,
      configurable: true,
      writable: true,
    });
  }
  const kind = Object.getPrototypeOf(original) as object | null;
  if (Object.getPrototypeOf(wrapper) !== kind) Object.setPrototypeOf(wrapper, kind);
  for (const key of Reflect.getOwnMetadataKeys(original)) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, original), wrapper);
  }
}
