import { EventEmitter } from 'node:events';
import * as stream from 'node:stream';

/** Prototypes of the language and of Node, whose methods nobody wants to see as spans. */
const prototypes: ReadonlySet<object> = new Set(
  [
    ...Object.getOwnPropertyNames(globalThis).map(valueOfGlobal),
    EventEmitter,
    ...Object.values(stream),
  ]
    .filter((value) => typeof value === 'function')
    .map((value) => (value as { prototype?: object }).prototype)
    .filter((prototype) => prototype !== undefined),
);

export function isBuiltInPrototype(prototype: object): boolean {
  return prototypes.has(prototype);
}

/** Only plain values: some globals are made, with a warning, by the first look at them. */
function valueOfGlobal(name: string): unknown {
  return Object.getOwnPropertyDescriptor(globalThis, name)?.value;
}
