import { SpanStatusCode, type Span } from '@opentelemetry/api';
import {
  ATTR_NEST_OPERATION_TRIGGER,
  ATTR_NEST_TYPE,
  NEST_TYPE_OPERATION,
} from '../../../pipeline/attributes.js';
import { messageOf, recordException } from '../../../pipeline/exceptions.js';
import type { MethodPlan } from '../../../pipeline/methods/method-plan.js';
import type { Telemetry } from '../../../pipeline/telemetry.js';
import type { AutomaticPlan } from './automatic-plan.js';
import {
  describeJob,
  describeListener,
  isListener,
  type OperationTrigger,
} from '../finding/operation-metadata.js';

/**
 * A listener that is called inside a trace is a part of it: that is where the time goes. Emitters
 * work inside the process, without a broker in between, so the span is neither of a producer nor of
 * a consumer.
 */
export function listenerPlan(plan: AutomaticPlan, method: object): AutomaticPlan {
  return isListener(method)
    ? {
        ...plan,
        attributes: operationAttributes(plan, method, 'event'),
        onError: failOperation,
      }
    : plan;
}

/**
 * A method that is called outside of any trace has one of its own. The trigger is that of the
 * scheduler; a job somebody has called by hand has none.
 */
export function rootPlan(
  plan: AutomaticPlan,
  method: object,
  scheduled: OperationTrigger | undefined,
  telemetry: Telemetry,
): MethodPlan {
  const trigger = scheduled ?? (isListener(method) ? 'event' : undefined);
  return {
    ...plan,
    attributes: operationAttributes(plan, method, trigger),
    // It is never left out for being short, and never folded: it is the trace.
    isAutomatic: false,
    telemetry,
    onError: failOperation,
  };
}

function operationAttributes(
  plan: AutomaticPlan,
  method: object,
  trigger: OperationTrigger | undefined,
): MethodPlan['attributes'] {
  return {
    ...plan.attributes,
    [ATTR_NEST_TYPE]: NEST_TYPE_OPERATION,
    ...(trigger !== undefined && { [ATTR_NEST_OPERATION_TRIGGER]: trigger }),
    ...(trigger === 'event' ? describeListener(method) : describeJob(method)),
  };
}

/** There is nobody to answer: an HttpException is a failure here like any other. */
function failOperation(error: unknown, span: Span): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) });
  recordException(span, error);
}
