import { SpanKind, type Attributes } from '@opentelemetry/api';
import {
  ATTR_GRAPHQL_OPERATION_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_MESSAGING_SYSTEM,
  ATTR_NEST_OPERATION_TRIGGER,
  ATTR_RPC_SYSTEM_NAME,
  ATTR_URL_FULL,
  ATTR_URL_PATH,
  LEGACY,
  NEST_TYPE_LIFECYCLE,
  NEST_TYPE_REQUEST,
} from '../../../pipeline/attributes.js';
import type { StoredSpan, StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { EntryKind } from '../contract/index.js';
import { hasAttribute, numberOf, textOf } from '../spans/read-attributes.js';
import { nestTypeOf } from '../spans/span-kinds.js';
import { startMsOf } from '../tree/span-times.js';
import { rootOf } from '../tree/trace-tree.js';

/** The span that stands for a whole trace. */
export function rootSpan(trace: StoredTrace): StoredSpan | undefined {
  const { spans, firstSeenMs } = trace;
  return spans[
    rootOf(spans, (index) => {
      const span = spans[index];
      return span === undefined ? Infinity : startMsOf(span, firstSeenMs);
    })
  ];
}

/** What a trace is called; never blank. */
export function traceName(trace: StoredTrace): string {
  const root = rootSpan(trace);
  return root === undefined ? `trace ${trace.traceId}` : nameOf(root);
}

/** The name of a span; of one without, what else is known about it. */
export function nameOf(span: StoredSpan): string {
  if (span.name.trim() !== '') return span.name;
  const { method, path } = requestOf(span);
  return method === undefined ? `span ${span.spanId}` : `${method} ${path ?? ''}`.trim();
}

/** What is known of an HTTP request. */
export interface RequestFacts {
  readonly method: string | undefined;
  readonly route: string | undefined;
  readonly path: string | undefined;
  readonly status: number | undefined;
}

export function requestOf({ attributes }: StoredSpan): RequestFacts {
  const target = textOf(attributes, ATTR_URL_PATH, LEGACY.HTTP_TARGET) ?? pathOfUrl(attributes);
  return {
    method: textOf(
      attributes,
      ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
      ATTR_HTTP_REQUEST_METHOD,
      LEGACY.HTTP_METHOD,
    ),
    route: textOf(attributes, ATTR_HTTP_ROUTE),
    path: target?.split('?', 1)[0],
    status: numberOf(attributes, ATTR_HTTP_RESPONSE_STATUS_CODE, LEGACY.HTTP_STATUS_CODE),
  };
}

/** Of a request that was sent, the whole URL is known. */
function pathOfUrl(attributes: Attributes): string | undefined {
  const url = textOf(attributes, ATTR_URL_FULL, LEGACY.HTTP_URL);
  return url !== undefined && URL.canParse(url) ? new URL(url).pathname : undefined;
}

/** What started a trace, by its root. */
export function entryOf(root: StoredSpan, spans: readonly StoredSpan[]): EntryKind {
  const { attributes, kind } = root;
  const type = nestTypeOf(root);
  if (type === NEST_TYPE_LIFECYCLE) return 'lifecycle';
  const trigger = textOf(attributes, ATTR_NEST_OPERATION_TRIGGER);
  if (trigger !== undefined) return trigger === 'event' ? 'event' : 'cron';
  if (isGraphql(root)) return 'graphql';
  if (kind === SpanKind.SERVER) return servedAs(root, type, spans);
  if (kind === SpanKind.CONSUMER) return 'queue';
  return kind === SpanKind.INTERNAL ? 'operation' : 'other';
}

function servedAs(
  root: StoredSpan,
  type: string | undefined,
  spans: readonly StoredSpan[],
): EntryKind {
  const { attributes } = root;
  if (hasAttribute(attributes, ATTR_HTTP_REQUEST_METHOD, LEGACY.HTTP_METHOD)) {
    return spans.some(isGraphql) ? 'graphql' : 'http';
  }
  if (hasAttribute(attributes, ATTR_RPC_SYSTEM_NAME, LEGACY.RPC_SYSTEM)) return 'rpc';
  if (hasAttribute(attributes, ATTR_MESSAGING_SYSTEM)) return 'queue';
  // Of what Nest serves, only the events of a gateway have nothing more to say.
  return type === NEST_TYPE_REQUEST ? 'websocket' : 'other';
}

function isGraphql({ attributes }: StoredSpan): boolean {
  return hasAttribute(attributes, ATTR_GRAPHQL_OPERATION_TYPE);
}
