import 'reflect-metadata';
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { SPAN_ATTRIBUTES } from './markers.js';
import type { MethodPlan } from './method-plan.js';

/** An argument that becomes an attribute. */
export interface ArgumentAttribute {
  readonly index: number;
  readonly key: string;
}

/** Takes the arguments marked with `@SpanAttribute()` from a call; undefined where none is. */
export function argumentAttributes(target: object, key: string | symbol): MethodPlan['describe'] {
  const found: unknown = Reflect.getMetadata(SPAN_ATTRIBUTES, target, key);
  if (!Array.isArray(found) || found.length === 0) return undefined;
  const marked = found as readonly ArgumentAttribute[];
  return (args) => {
    const result: Attributes = {};
    for (const { index, key: name } of marked) {
      const value = toAttributeValue(args[index]);
      if (value !== undefined) result[name] = value;
    }
    return result;
  };
}

/** Plain values as they are, dates and big numbers as text; objects could hold anything. */
function toAttributeValue(value: unknown): AttributeValue | undefined {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  const isListOfTexts = Array.isArray(value) && value.every((item) => typeof item === 'string');
  return isListOfTexts ? value : undefined;
}
