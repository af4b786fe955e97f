import { SpanKind, type Attributes } from '@opentelemetry/api';
import type { IgnoreRequest } from '../../config/sampling.options.js';
import type { SamplingRoot, SamplingTransport } from '../../config/sampling-rules.options.js';
import {
  ATTR_GRAPHQL_OPERATION_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_MESSAGING_SYSTEM,
  ATTR_NEST_TYPE,
  ATTR_RPC_SYSTEM_NAME,
  ATTR_URL_PATH,
  NEST_TYPE_REQUEST,
} from '../attributes.js';

/** What a span is started with, as far as rules are about it. */
export interface RootStart {
  readonly kind?: SpanKind | undefined;
  readonly attributes?: Attributes | undefined;
  /** What has come in, where that is a request. */
  readonly request?: IgnoreRequest | undefined;
}

/** What is known of a trace from what its first span is started with. */
export function samplingRoot(name: string, { kind, attributes, request }: RootStart): SamplingRoot {
  if (request !== undefined) {
    const { method, path, headers } = request;
    return { transport: 'http', name, method: method.toUpperCase(), path, headers };
  }
  if (attributes === undefined) return { transport: 'task', name };
  const path = attributes[ATTR_URL_PATH];
  if (kind === SpanKind.SERVER && typeof path === 'string') {
    // Somebody else's server, traced by hand or by an instrumentation.
    const method = attributes[ATTR_HTTP_REQUEST_METHOD];
    return { transport: 'http', name, path, method: String(method ?? '').toUpperCase() };
  }
  return { transport: transportOf(attributes), name };
}

function transportOf(attributes: Attributes): SamplingTransport {
  if (attributes[ATTR_NEST_TYPE] !== NEST_TYPE_REQUEST) return 'task';
  if (attributes[ATTR_RPC_SYSTEM_NAME] ?? attributes[ATTR_MESSAGING_SYSTEM]) return 'rpc';
  return attributes[ATTR_GRAPHQL_OPERATION_TYPE] === undefined ? 'ws' : 'graphql';
}
