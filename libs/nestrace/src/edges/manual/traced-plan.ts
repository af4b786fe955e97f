import { SpanKind, type Attributes, type AttributeValue } from '@opentelemetry/api';
import {
  ATTR_CODE_FUNCTION_NAME,
  ATTR_NEST_TYPE,
  NEST_TYPE_HANDLER,
  NEST_TYPE_PROVIDER,
} from '../../pipeline/attributes.js';
import type { MethodPlan } from '../../pipeline/methods/method-plan.js';
import { SPAN_ATTRIBUTES } from '../../pipeline/methods/markers.js';
import { withoutPromise } from '../../pipeline/methods/without-promise.js';
import type { TracedOptions } from './traced.options.js';

/** An argument that becomes an attribute. */
export interface ArgumentAttribute {
  readonly index: number;
  readonly key: string;
}

/** Nest's own key for the path of a route; methods that have one are handlers. */
const PATH_METADATA = 'path';

/** Works out, once per method, everything that is the same for all of its calls. */
export function planFor(
  target: object,
  key: string | symbol,
  wrapper: object,
  options: TracedOptions,
): MethodPlan {
  const owner = typeof target === 'function' ? target : target.constructor;
  const functionName = owner.name === '' ? String(key) : `${owner.name}.${String(key)}`;
  const isHandler = Reflect.hasMetadata(PATH_METADATA, wrapper);
  const fixed = typeof options.attributes === 'function' ? undefined : options.attributes;
  return {
    name: options.name ?? functionName,
    kind: options.kind ?? SpanKind.INTERNAL,
    attributes: {
      [ATTR_NEST_TYPE]: isHandler ? NEST_TYPE_HANDLER : NEST_TYPE_PROVIDER,
      [ATTR_CODE_FUNCTION_NAME]: functionName,
      ...fixed,
    },
    describe: describeArguments(argumentAttributes(target, key), options.attributes),
    onResult: options.onResult,
    root: options.root ?? false,
    links: linksFrom(options.links),
  };
}

function argumentAttributes(target: object, key: string | symbol): readonly ArgumentAttribute[] {
  const found: unknown = Reflect.getMetadata(SPAN_ATTRIBUTES, target, key);
  return Array.isArray(found) ? (found as ArgumentAttribute[]) : [];
}

function describeArguments(
  marked: readonly ArgumentAttribute[],
  attributes: TracedOptions['attributes'],
): MethodPlan['describe'] {
  const callback = typeof attributes === 'function' ? ofArguments(attributes) : undefined;
  if (marked.length === 0) return callback;
  return (args) => {
    const result: Attributes = {};
    for (const { index, key } of marked) {
      const value = toAttributeValue(args[index]);
      if (value !== undefined) result[key] = value;
    }
    return { ...result, ...callback?.(args) };
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

function linksFrom(links: TracedOptions['links']): MethodPlan['links'] {
  if (links === undefined) return undefined;
  return typeof links === 'function' ? ofArguments(links) : () => [...links];
}

/** A callback of the options as the plan wants it. */
function ofArguments<T>(
  callback: (...args: unknown[]) => T,
): (args: ArrayLike<unknown>) => T | undefined {
  return (args) => withoutPromise(callback(...Array.from(args)), 'traced.attributes');
}
