import 'reflect-metadata';
import type { ArgumentAttribute } from '../../pipeline/methods/argument-attributes.js';
import { SPAN_ATTRIBUTES } from '../../pipeline/methods/markers.js';

/**
 * Puts an argument of a method on its span, traced automatically or with `@Traced()`. Texts, numbers, booleans, dates and lists of
 * texts are taken; objects are left out, since they could carry anything.
 *
 * @example
 * ```ts
 * @Traced()
 * cancel(@SpanAttribute('order.id') id: string) {}
 * ```
 *
 * @publicApi
 */
export function SpanAttribute(key: string): ParameterDecorator {
  return (target, method, index) => {
    if (method === undefined) return;
    const known = (Reflect.getOwnMetadata(SPAN_ATTRIBUTES, target, method) ??
      []) as readonly ArgumentAttribute[];
    Reflect.defineMetadata(SPAN_ATTRIBUTES, [...known, { index, key }], target, method);
  };
}
