import type { Pattern } from '../core/matcher.js';
import { patternList } from './http.options.js';
import { inCode } from './schema/kind.js';
import { feature, option, type Resolved } from './schema/node.js';

/** What the rules for outgoing calls see. */
export interface OutgoingRequest {
  readonly method: string;
  /** Host without port, lower case. */
  readonly host: string;
  /** Undefined where the URL has the default port of its protocol. */
  readonly port: number | undefined;
  /** Path without the query string. */
  readonly path: string;
}

/**
 * CLIENT spans of outgoing HTTP: `fetch` and undici, `node:http` and `node:https` (so Axios and
 * `@nestjs/axios` too).
 *
 * @publicApi
 */
export interface OutgoingOptions {
  /**
   * Hosts that get `traceparent` and `baggage`: names with `*` for anything, expressions, or a
   * function. Calls to other hosts are traced, but nothing is sent along.
   *
   * @default ['*']
   */
  readonly propagateTo?: readonly Pattern[] | ((request: OutgoingRequest) => boolean) | undefined;
  /**
   * Calls that get neither span nor headers: host patterns or a function.
   *
   * @default []
   */
  readonly ignore?: readonly Pattern[] | ((request: OutgoingRequest) => boolean) | undefined;
}

const hosts = inCode<readonly Pattern[] | ((request: OutgoingRequest) => boolean)>(
  'a list of host names (with * for anything) or regular expressions, or a function',
  (value) => typeof value === 'function' || typeof patternList.check(value) !== 'symbol',
);

export const outgoingSchema = feature({
  propagateTo: option(hosts, { fallback: ['*'] }),
  ignore: option(hosts, { fallback: [] }),
});

export type ResolvedOutgoingOptions = Resolved<typeof outgoingSchema>;
