import { SpanKind } from '@opentelemetry/api';
import {
  ATTR_CODE_FUNCTION_NAME,
  ATTR_NEST_TYPE,
  NEST_TYPE_HANDLER,
  NEST_TYPE_PROVIDER,
} from '../../pipeline/attributes.js';
import { argumentAttributes } from '../../pipeline/methods/argument-attributes.js';
import type { MethodPlan } from '../../pipeline/methods/method-plan.js';
import { withoutPromise } from '../../pipeline/methods/without-promise.js';
import type { TracedOptions } from './traced.options.js';

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

function describeArguments(
  marked: MethodPlan['describe'],
  attributes: TracedOptions['attributes'],
): MethodPlan['describe'] {
  const callback = typeof attributes === 'function' ? ofArguments(attributes) : undefined;
  if (marked === undefined || callback === undefined) return marked ?? callback;
  return (args) => ({ ...marked(args), ...callback(args) });
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
