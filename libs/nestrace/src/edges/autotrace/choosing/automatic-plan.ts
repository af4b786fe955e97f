import { SpanKind, type Attributes } from '@opentelemetry/api';
import { isObservable } from 'rxjs';
import { isThenable } from '../../../core/is-thenable.js';
import {
  ATTR_CODE_FUNCTION_NAME,
  ATTR_EXCEPTION_TYPE,
  ATTR_NEST_GUARD_OUTCOME,
  ATTR_NEST_MODULE,
  ATTR_NEST_PIPE_ARGUMENT,
  ATTR_NEST_PIPE_SOURCE,
  ATTR_NEST_TYPE,
} from '../../../pipeline/attributes.js';
import { errorType } from '../../../pipeline/exceptions.js';
import { argumentAttributes } from '../../../pipeline/methods/argument-attributes.js';
import type { Method, MethodPlan } from '../../../pipeline/methods/method-plan.js';
import { callTraced } from '../../../pipeline/methods/traced-call.js';
import { callInterceptor } from '../calls/call-interceptor.js';
import { callMiddleware } from '../calls/call-middleware.js';
import { classNameOf, type ClassReference } from '../finding/class-reference.js';
import type { CandidateType } from '../finding/roles.js';

/** Calls a method and makes the spans of the call. */
export type Call = (
  plan: MethodPlan,
  method: Method,
  receiver: unknown,
  args: ArrayLike<unknown>,
) => unknown;

/** A plan that knows how its calls are made. */
export interface AutomaticPlan extends MethodPlan {
  readonly call: Call;
}

/** Works out what is the same for all calls of a method. */
export function planFor(
  type: CandidateType,
  owner: ClassReference,
  key: string | symbol,
  module: string | undefined,
): AutomaticPlan {
  const method = typeof key === 'string' ? `.${key}` : `[${key.description ?? ''}]`;
  const plan = functionPlan(type, `${classNameOf(owner)}${method}`, module);
  const describe = argumentAttributes(owner.prototype, key);
  return describe === undefined ? plan : { ...plan, describe };
}

/** The same for a function that is no method: functional middleware. */
export function functionPlan(
  type: CandidateType,
  name: string,
  module: string | undefined,
): AutomaticPlan {
  const attributes: Attributes = {
    [ATTR_NEST_TYPE]: type,
    [ATTR_CODE_FUNCTION_NAME]: name,
    ...(module !== undefined && { [ATTR_NEST_MODULE]: module }),
  };
  return {
    name,
    kind: SpanKind.INTERNAL,
    attributes,
    root: false,
    isAutomatic: true,
    call: callTraced,
    ...PECULIARITIES[type],
  };
}

/** What is special about each kind of method. */
const PECULIARITIES: Partial<Record<CandidateType, Partial<AutomaticPlan>>> = {
  guard: {
    lastValueIsResult: true,
    onResult: (result, span) => {
      // A stream that was promised, or a promise of a library, decides when the guard is done.
      if (isObservable(result) || isThenable(result)) return;
      span.setAttribute(ATTR_NEST_GUARD_OUTCOME, result ? 'allow' : 'deny');
    },
    onError: (_, span) => {
      span.setAttribute(ATTR_NEST_GUARD_OUTCOME, 'throw');
    },
  },
  pipe: { describe: ({ 1: metadata }) => describeArgument(metadata) },
  filter: { describe: ({ 0: exception }) => ({ [ATTR_EXCEPTION_TYPE]: errorType(exception) }) },
  interceptor: { call: callInterceptor },
  middleware: { call: callMiddleware },
};

/** What matters of Nest's `ArgumentMetadata`. */
function describeArgument(metadata: unknown): Attributes | undefined {
  const { type, data } = (metadata ?? {}) as { type?: unknown; data?: unknown };
  const attributes: Attributes = {};
  if (typeof type === 'string') attributes[ATTR_NEST_PIPE_SOURCE] = type;
  if (typeof data === 'string') attributes[ATTR_NEST_PIPE_ARGUMENT] = data;
  return attributes;
}
