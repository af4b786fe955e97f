import 'reflect-metadata';

/**
 * Makes a wrapper pass for the method it wraps: name, number of parameters, own properties and all
 * metadata. Guards read roles from the metadata of a method; losing them would open a route.
 */
export function takeIdentity(wrapper: object, original: object): void {
  for (const key of Reflect.ownKeys(original)) {
    if (key === 'prototype' || key === 'arguments' || key === 'caller') continue;
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined) Object.defineProperty(wrapper, key, descriptor);
  }
  for (const key of Reflect.getOwnMetadataKeys(original)) {
    Reflect.defineMetadata(key, Reflect.getOwnMetadata(key, original), wrapper);
  }
}
