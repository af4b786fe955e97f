import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import {
  ATTR_CODE_FUNCTION_NAME,
  ATTR_DB_QUERY_TEXT,
  ATTR_DB_SYSTEM_NAME,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_MESSAGING_SYSTEM,
  ATTR_NEST_TYPE,
  ATTR_RPC_SYSTEM_NAME,
  LEGACY,
  NEST_TYPE_DB_QUERY,
  NEST_TYPE_FILTER,
  NEST_TYPE_GUARD,
  NEST_TYPE_HANDLER,
  NEST_TYPE_INTERCEPTOR,
  NEST_TYPE_MIDDLEWARE,
  NEST_TYPE_OPERATION,
  NEST_TYPE_PIPE,
  NEST_TYPE_PROVIDER,
} from '../../../pipeline/attributes.js';
import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';
import type { SpanDetail } from '../contract/index.js';
import { hasAttribute, textOf } from './read-attributes.js';

/** Indexed by `SpanKind`. */
const KIND_NAMES: readonly SpanDetail['kind'][] = [
  'internal',
  'server',
  'client',
  'producer',
  'consumer',
];

export function kindName(kind: SpanKind): SpanDetail['kind'] {
  return KIND_NAMES[kind] ?? 'internal';
}

export function nestTypeOf({ attributes }: StoredSpan): string | undefined {
  return textOf(attributes, ATTR_NEST_TYPE);
}

/** What a span is: the part of Nest it stands for, or the kind of thing it calls. */
export function spanType(span: StoredSpan): string {
  const nestType = nestTypeOf(span);
  if (nestType !== undefined) return nestType;
  const { attributes } = span;
  if (hasAttribute(attributes, ATTR_DB_SYSTEM_NAME, LEGACY.DB_SYSTEM)) return 'db';
  if (hasAttribute(attributes, ATTR_HTTP_REQUEST_METHOD, LEGACY.HTTP_METHOD)) return 'http';
  if (hasAttribute(attributes, ATTR_MESSAGING_SYSTEM)) return 'messaging';
  if (hasAttribute(attributes, ATTR_RPC_SYSTEM_NAME, LEGACY.RPC_SYSTEM)) return 'rpc';
  return '';
}

/** Whether a span is one call of a database; a transaction around calls is none. */
export function isQuery(span: StoredSpan): boolean {
  const nestType = nestTypeOf(span);
  if (nestType !== undefined) return nestType === NEST_TYPE_DB_QUERY;
  const { attributes } = span;
  if (hasAttribute(attributes, ATTR_DB_QUERY_TEXT, LEGACY.DB_STATEMENT)) return true;
  return (
    span.kind === SpanKind.CLIENT && hasAttribute(attributes, ATTR_DB_SYSTEM_NAME, LEGACY.DB_SYSTEM)
  );
}

export function isError({ statusCode }: StoredSpan): boolean {
  return statusCode === SpanStatusCode.ERROR;
}

/** `OrdersService.load`, of spans that stand for a method of the application. */
export function methodOf(span: StoredSpan): string | undefined {
  const named = textOf(span.attributes, ATTR_CODE_FUNCTION_NAME, LEGACY.CODE_FUNCTION);
  const type = nestTypeOf(span);
  if (type === NEST_TYPE_DB_QUERY || span.kind === SpanKind.CLIENT) return undefined;
  return named ?? (type !== undefined && METHOD_TYPES.has(type) ? span.name : undefined);
}

const METHOD_TYPES: ReadonlySet<string> = new Set([
  NEST_TYPE_PROVIDER,
  NEST_TYPE_HANDLER,
  NEST_TYPE_OPERATION,
  NEST_TYPE_MIDDLEWARE,
  NEST_TYPE_GUARD,
  NEST_TYPE_PIPE,
  NEST_TYPE_INTERCEPTOR,
  NEST_TYPE_FILTER,
]);
