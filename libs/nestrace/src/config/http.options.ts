import type { Pattern } from '../core/matcher.js';
import { boolean, inCode, listOf, text, type Kind } from './schema/kind.js';
import { feature, option, type Lookup, type Resolved } from './schema/node.js';

/**
 * SERVER spans of incoming HTTP requests.
 *
 * @publicApi
 */
export interface HttpOptions {
  /**
   * Header that carries the request id. An incoming id is used when it is at most 128 characters of
   * `A-Z a-z 0-9 . _ : / + = @ -`; without one a UUID is made. It is put on the span and sent back
   * in the response. `false` turns request ids off.
   *
   * @default 'x-request-id'
   */
  readonly requestIdHeader?: string | false | undefined;
  /**
   * Response header that names the trace.
   *
   * @default 'x-trace-id' where the environment is "development", elsewhere false
   */
  readonly traceIdHeader?: string | false | undefined;
  /**
   * Request headers put on the span as `http.request.header.<name>`. Headers carry secrets and
   * personal data: list only what you would print in a log.
   *
   * @default the header of the request id
   */
  readonly captureRequestHeaders?: readonly string[] | undefined;
  /**
   * Response headers put on the span as `http.response.header.<name>`.
   *
   * @default the header of the request id
   */
  readonly captureResponseHeaders?: readonly string[] | undefined;
  /**
   * Put `client.address`, `network.peer.address` and `network.peer.port` on the span. Addresses are
   * personal data in many places, so they stay out unless you ask for them.
   *
   * @default false
   */
  readonly captureClientAddress?: boolean | undefined;
  /** Put `user_agent.original` on the span. @default true */
  readonly captureUserAgent?: boolean | undefined;
  /**
   * Query keys whose values become `REDACTED`, besides those that look like secrets anyway.
   *
   * @default []
   */
  readonly redactQueryKeys?: readonly Pattern[] | undefined;
}

const headerNames: Kind<readonly string[]> = {
  ...listOf(text, 'a list of header names'),
  check: (value) => {
    const names = listOf(text).check(value);
    return typeof names === 'symbol' ? names : names.map((name) => name.toLowerCase());
  },
};

const headerOrOff = inCode<string | false>(
  'a header name, or false',
  (value) => value === false || (typeof value === 'string' && /^[\w!#$%&'*+.^`|~-]+$/.test(value)),
);

function requestIdOnly(lookup: Lookup): readonly string[] {
  const header = lookup('http.requestIdHeader');
  return typeof header === 'string' ? [header.toLowerCase()] : [];
}

export const patternList = inCode<readonly Pattern[]>(
  'a list of texts (with * for anything) or regular expressions',
  (value) =>
    Array.isArray(value) &&
    value.every((item) => item instanceof RegExp || (typeof item === 'string' && item !== '')),
);

export const httpSchema = feature({
  requestIdHeader: option(headerOrOff, { fallback: 'x-request-id' }),
  traceIdHeader: option(headerOrOff, {
    fallback: (lookup) => (lookup('environment') === 'development' ? 'x-trace-id' : false),
  }),
  captureRequestHeaders: option(headerNames, { fallback: requestIdOnly }),
  captureResponseHeaders: option(headerNames, { fallback: requestIdOnly }),
  captureClientAddress: option(boolean, { fallback: false }),
  captureUserAgent: option(boolean, { fallback: true }),
  redactQueryKeys: option(patternList, { fallback: [] }),
});

export type ResolvedHttpOptions = Resolved<typeof httpSchema>;
