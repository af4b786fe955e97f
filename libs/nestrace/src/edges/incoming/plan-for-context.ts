import type { ExecutionContext } from '@nestjs/common';
import { SpanKind, type Attributes } from '@opentelemetry/api';
import {
  ATTR_CODE_FUNCTION_NAME,
  ATTR_GRAPHQL_OPERATION_NAME,
  ATTR_GRAPHQL_OPERATION_TYPE,
  ATTR_MESSAGING_DESTINATION_NAME,
  ATTR_MESSAGING_OPERATION_NAME,
  ATTR_MESSAGING_OPERATION_TYPE,
  ATTR_MESSAGING_SYSTEM,
  ATTR_NEST_CONTROLLER,
  ATTR_NEST_HANDLER,
  ATTR_NEST_TYPE,
  ATTR_RPC_METHOD,
  ATTR_RPC_SYSTEM_NAME,
  NEST_TYPE_REQUEST,
} from '../../pipeline/attributes.js';
import type { MethodPlan } from '../../pipeline/methods/method-plan.js';

/** There is no value in the conventions for Nest's own transports. */
const SYSTEM = 'nestjs';

/** Metadata keys of `@nestjs/microservices`, which is not imported: it may not be installed. */
const HANDLER_TYPE = 'microservices:handler_type';
const PATTERN = 'microservices:pattern';
const EVENT_HANDLER = 2;

/** The span of an execution that is not HTTP; undefined where the execution is no entry of its own. */
export function planForContext(execution: ExecutionContext): MethodPlan | undefined {
  switch (execution.getType<string>()) {
    case 'rpc':
      return rpcPlan(execution);
    case 'ws':
      return webSocketPlan(execution);
    case 'graphql':
      return graphqlPlan(execution);
    default:
      return undefined;
  }
}

/** Events are consumed, messages are served: the caller of a message waits for its answer. */
function rpcPlan(execution: ExecutionContext): MethodPlan {
  const pattern = textOf(Reflect.getMetadata(PATTERN, execution.getHandler()));
  if (Reflect.getMetadata(HANDLER_TYPE, execution.getHandler()) === EVENT_HANDLER) {
    return plan(execution, `process ${pattern}`, SpanKind.CONSUMER, {
      [ATTR_MESSAGING_SYSTEM]: SYSTEM,
      [ATTR_MESSAGING_DESTINATION_NAME]: pattern,
      [ATTR_MESSAGING_OPERATION_NAME]: 'process',
      [ATTR_MESSAGING_OPERATION_TYPE]: 'process',
    });
  }
  return plan(execution, pattern, SpanKind.SERVER, {
    [ATTR_RPC_SYSTEM_NAME]: SYSTEM,
    [ATTR_RPC_METHOD]: pattern,
  });
}

function webSocketPlan(execution: ExecutionContext): MethodPlan {
  const event = execution.switchToWs().getPattern();
  return plan(execution, `ws ${event}`, SpanKind.SERVER, {});
}

/** Only operations: resolvers of fields run once per field and row. */
function graphqlPlan(execution: ExecutionContext): MethodPlan | undefined {
  const info = execution.getArgByIndex<GraphqlInfo | undefined>(3);
  const operation = info?.operation;
  if (info === undefined || operation === undefined) return undefined;
  const isOperation = ['Query', 'Mutation', 'Subscription'].includes(info.parentType?.name ?? '');
  if (!isOperation) return undefined;
  const name = operation.name?.value;
  return plan(execution, `${operation.operation} ${info.fieldName}`, SpanKind.INTERNAL, {
    [ATTR_GRAPHQL_OPERATION_TYPE]: operation.operation,
    ...(name !== undefined && { [ATTR_GRAPHQL_OPERATION_NAME]: name }),
  });
}

/** What matters of `GraphQLResolveInfo`. */
interface GraphqlInfo {
  readonly fieldName: string;
  readonly parentType?: { readonly name: string };
  readonly operation?: { readonly operation: string; readonly name?: { readonly value: string } };
}

function plan(
  execution: ExecutionContext,
  name: string,
  kind: SpanKind,
  attributes: Attributes,
): MethodPlan {
  const controller = execution.getClass().name;
  const handler = execution.getHandler().name;
  return {
    name,
    kind,
    attributes: {
      [ATTR_NEST_TYPE]: NEST_TYPE_REQUEST,
      [ATTR_NEST_CONTROLLER]: controller,
      [ATTR_NEST_HANDLER]: handler,
      [ATTR_CODE_FUNCTION_NAME]: `${controller}.${handler}`,
      ...attributes,
    },
    root: false,
  };
}

/** A pattern is a text or an object; handlers may have several, of which the first names the span. */
function textOf(pattern: unknown): string {
  const first: unknown = Array.isArray(pattern) ? pattern[0] : pattern;
  return typeof first === 'string' ? first : (JSON.stringify(first) ?? 'unknown');
}
